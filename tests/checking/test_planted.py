"""Errors planted into all correct pairs, also those that were written before the engine had seen their like."""

from __future__ import annotations

from collections import Counter

import pytest

from leaflets.checking.model import Pair, Weight
from leaflets.checking.rules import load_language

from .pairs import TAGS, pairs_of
from .planted import KINDS, RULES, checker_of, measured

MORE = ("it", "ko", "pl", "pt-BR", "vi", "zh-Hant")


@pytest.mark.parametrize("tag", TAGS)
def test_planted_errors_are_caught_and_correct_pairs_left_alone(tag: str) -> None:
    planted, _, missed, pairs, alarms = measured(tag, KINDS)
    assert pairs > 265
    assert planted.total() > 2_500
    assert alarms == []
    assert missed == []


@pytest.mark.parametrize("tag", MORE)
def test_languages_that_only_have_words_leave_correct_pairs_alone(tag: str) -> None:
    checker = checker_of(tag)
    said = [
        (t, f.rule) for s, t in pairs_of(tag, ("more",)) for f in checker.check(Pair(s, t)) if f.weight != "quality"
    ]
    assert pairs_of(tag, ("more",))
    assert said == []


@pytest.mark.parametrize("path", sorted(RULES[0].glob("*.toml")), ids=lambda path: path.stem)
def test_every_file_of_words_can_be_loaded(path) -> None:  # type: ignore[no-untyped-def]
    if path.stem not in ("names", "inn"):
        language = load_language(RULES, path.stem)
        assert language is not None
        assert {"negation", "concepts", "units"} <= language.has


CASES = [
    # a limit before something: no later than is at least
    (
        "de",
        "Take it no later than 6 hours before bedtime.",
        "Nehmen Sie es höchstens 6 Stunden vor dem Schlafengehen ein.",
        "limit",
    ),
    ("hi", "Take it no later than 4 hours before bedtime.", "इसे सोने से अधिक से अधिक 4 घंटे पहले लें।", "limit"),
    (
        "ru",
        "Do not take it within 24 hours before or after a meal.",
        "Не принимайте его за 24 часа до или до еды.",
        "opposite",
    ),
    # a no that was said twice, a word that excuses no number beside it, the start of a compound
    ("es", "Do not drive and do not use machines.", "No conduzca y maneje máquinas.", "negation"),
    (
        "de",
        "Take a second tablet, but wait 2 hours.",
        "Nehmen Sie eine zweite Tablette, aber warten Sie Stunden.",
        "numbers",
    ),
    (
        "de",
        "500 mg metformin hydrochloride or 390 mg metformin",
        "500 mg Metforninhydrochlorid oder 390 mg Metformin",
        "name",
    ),
    ("es", "If the pain has not gone or persists, call us.", "Si el dolor se ha ido o persiste, llámenos.", "negation"),
    (
        "fr",
        "Withhold the dose if the rate is under 50.",
        "Administrer la dose si le rythme est inférieur à 50.",
        "negation",
    ),
    ("es", "It is safe to take it.", "Puede tomarlo con riesgo.", "opposite"),
    # doses, and what they stand with
    ("es", "10 mg in the morning and 20 mg at night", "20 mg por la mañana y 10 mg por la noche", "order"),
    ("ja", "10 mg in the morning and 20 mg at night", "夜に10 mg、朝に20 mg", "order"),
    ("de", "Take 2 tablets every 8 hours.", "Nehmen Sie alle 2 Stunden 8 Tabletten ein.", "units"),
    ("fr", "The dose is 6 to 8 mg.", "La dose est de 8 à 6 mg.", "order"),
    ("de", "1 in 10 people", "10 von 1 Personen", "order"),
    ("hi", "Take 1/2 tablet.", "2/1 गोली लें।", "numbers"),
    (
        "es",
        "500 mg twice a day or 850 mg once a day. Raise by 500 mg each week.",
        "850 mg dos veces al día o 500 mg una vez al día. Aumente 500 mg cada semana.",
        "order",
    ),
    # the limit of one number
    ("zh-Hans", "Do not take more than 4 g in 24 hours.", "24小时内服用量不得少于4克。", "limit"),
    ("es", "Do not take more than 4 g.", "No tome menos de 4 g.", "limit"),
    # one of two negations
    ("ru", "Do not crush or chew them.", "Измельчайте и не разжёвывайте их.", "negation"),
    ("fr", "Do not drive or use machines.", "Ne conduisez pas et utilisez des machines.", "negation"),
    # names, by letters where no list has them
    ("ar", "It contains zolmitriptan.", "يحتوي على زولميتريبنان.", "name"),
    ("fr", "It contains rifampicin.", "Il contient de la rifampikine.", "name"),
    ("ru", "Take penicillin.", "Принимайте пеницилин.", "name"),
    # how often
    ("de", "Take it once a day.", "Nehmen Sie es einmal wöchentlich ein.", "frequency"),
    ("th", "Inject it every other day.", "ฉีดทุกวัน", "frequency"),
    # lines and cells keep their numbers, also those that stand twice; ranges rise
    ("de", "Take 5 mg.\nTake 10 mg.", "Nehmen Sie 10 mg.\nNehmen Sie 5 mg.", "order"),
    ("es", "| 10–20 kg | 5 mL | 20 mL |", "| 10–20 kg | 20 ml | 5 ml |", "order"),
    ("fr", "| 30–59 | 500 mg | <30 |", "| 59–30 | 500 mg | <30 |", "order"),
    # what is said with "until" cannot hide a limit that was turned
    ("ja", "Skip it if it is less than 4 hours until the next dose.", "次の服用まで4時間以上の場合は飛ばす。", "limit"),
    ("es", "Do not exceed two suppositories.", "No se ponga menos de dos supositorios.", "limit"),
    ("zh-Hans", "8 a.m. and 8 p.m.", "晚上8点和晚上8点", "time-of-day"),
    ("ja", "Do not breastfeed for at least 2 weeks.", "少なくとも2週間は授乳してください。", "negation"),
    ("es", "Store below 25 °C.", "Store below 25 °C.", "untranslated"),
    ("zh-Hans", "Take it half an hour before meals.", "饭前20分钟服用。", "numbers"),
    ("zh-Hans", "Children under 10 kg", "体重不足10克的儿童", "units"),
    # what each number counts: at a time, times a day, days
    ("ja", "Take one tablet twice a day.", "2回1錠を1日1回服用してください。", "frequency"),
    ("ja", "Take one tablet twice a day.", "回1錠を1日2回服用してください。", "numbers"),
    ("ja", "3 times a day for 7 days", "7日3回、1日間", "frequency"),
    ("th", "Take it twice a day.", "รับประทานวันละครั้ง", "frequency"),
    ("zh-Hans", "every 12 hours", "每12小时两次", "frequency"),
    ("th", "Apply once or twice daily.", "ทาวันละ 2 ครั้ง", "frequency"),
    ("ja", "within one to two weeks", "2～1週間以内に", "order"),
    ("ja", "200 mg three times a day, then 200 mg twice a day", "200 mgを1日2回、その後200 mgを1日3回", "order"),
    ("ja", "4 to 6 weeks, rarely more than 3 months", "6週間、まれに3か月を超える", "numbers"),
    ("ja", "75 mg instead of 150 mg", "75 mgではなく150 mg", "order"),
    ("ja", "Do not take more than 8 tablets in 24 hours.", "24時間以内に8錠を超えて服用してください。", "limit"),
    ("ja", "in the last 6 months", "過去6か月以降", "opposite"),
    ("zh-Hans", "one out of every eight people", "1人中有8人", "order"),
    ("zh-Hans", "15 of 300 patients, 6 of 300 on placebo", "15名患者中有300名，安慰剂组300名中有6名", "order"),
    ("th", "twice the upper limit of normal", "สองเท่าของค่าปกติต่ำสุด", "opposite"),
    ("zh-Hans", "After 2 weeks your doctor may double the dose.", "周后医生可能会将剂量加倍。", "numbers"),
    ("th", "8 in the morning, 2 in the afternoon", "2 โมงเช้า บ่าย 8 โมง", "order"),
    # a sentence with a negation does not lend it to the limit of another
    ("de", "Store below 25 °C. Do not freeze.", "Nicht unter 25 °C lagern. Nicht einfrieren.", "limit"),
    ("de", "Infuse 1 g over 30 minutes.", "1 g unter 30 Minuten infundieren.", "limit"),
    ("fr", "8 a.m. and 8 p.m.", "20 h et 8 h", "order"),
    ("fr", "No later than 4 p.m.", "Au plus tard à 16 jours.", "units"),
    ("es", "More than 1 in 10; less than 1 in 100", "Más de 10 de cada 1; menos de 1 de cada 100", "order"),
    ("fr", "Take 1/2 tablet, then 1 tablet.", "Prenez 2/1 comprimé, puis 1 comprimé.", "numbers"),
    ("fr", "From week 5: 10 mg", "Jusqu'à la semaine 5 : 10 mg", "opposite"),
    ("fr", "With or without food", "Avec ou avec des aliments", "opposite"),
    ("de", "Once a month for a year, then once a week", "Ein Jahr lang monatlich, zuvor wöchentlich", "opposite"),
    ("fr", "1 capsule for 14 days, then 2", "2 gélule pendant 14 jours, puis 1", "units"),
    ("es", "Day 14, then every 28 days", "El día 28 y luego cada 14 días", "order"),
    ("fr", "2–8 °C", "entre 8 et 2 °C", "order"),
    ("de", "Methotrexate or no methotrexate", "Methotrexat oder kein Metotrexat", "name"),
    ("de", "Not more of it, or more often", "Nicht mehr davon und häufiger", "negation"),
    ("es", "In the morning rather than at night", "Por la mañana y por la noche", "negation"),
    ("de", "After 4 weeks, then every 6 months", "Nach Wochen, dann alle 6 Monate", "numbers"),
    # what is said with a "not" in place of such a word
    ("fr", "Return what you no longer need.", "Rapportez ce dont vous avez besoin.", "negation"),
    ("fr", "For non-pregnant women", "Pour les femmes enceintes", "negation"),
    ("es", "If you are late, skip it.", "Si se retrasa, la tome.", "negation"),
    ("de", "Stop taking it at once.", "Nehmen Sie es sofort mehr ein.", "negation"),
    # one of two negations, and the "except" that says "only"
    ("ar", "Neither food nor antacids change it.", "يؤثر الطعام ولا مضادات الحموضة فيه.", "negation"),
    ("ar", "Take it only if your doctor told you to.", "تتناوله إلا إذا أخبرك طبيبك بذلك.", "negation"),
    ("ar", "Take it only if your doctor told you to.", "لا تتناوله إذا أخبرك طبيبك بذلك.", "exception"),
    ("ar", "You must not drive.", "يجب أن تقود السيارة.", "negation"),
    ("ar", "Shake it unless otherwise directed.", "رُجّه ما لم يُوصَ بذلك.", "exception"),
    ("ru", "Heart rate <50: withhold the dose.", "ЧСС <50: дозу вводить.", "negation"),
    # what a number stands with
    ("ar", "Day 5, then for 21 days", "اليوم 21، ثم لمدة 5 أيام", "order"),
    ("ar", "Fewer than 1 in 1,000 people", "أقل من من كل 1,000 شخص", "numbers"),
    ("ar", "Adults: 250 mg twice daily", "البالغون الذين: 250 ملغ مرة واحدة يوميًا", "number-words"),
    ("hi", "Take one tablet.", "दो गोलियाँ लें।", "number-words"),
    ("hi", "0.9% with the drug and 0.1% with placebo", "दवा से 0.1% और प्लेसबो से 0.9%", "order"),
    ("ru", "Double it after two weeks.", "Через одну неделю удвоить.", "number-words"),
    # until and after, high and low, limits with words between
    ("ru", "It is 4 hours until the next dose.", "После следующей дозы осталось 4 часа.", "opposite"),
    ("ru", "Peak levels are reached after 2 hours.", "Минимальная концентрация – через 2 часа.", "opposite"),
    ("ru", "Children under 12 years", "Дети после 12 лет", "limit"),
    ("hi", "Keep it out of direct sunlight.", "इसे सीधी धूप में रखें।", "opposite"),
    ("hi", "Do not store above 30 °C.", "30 °C से कम तापमान पर न रखें।", "limit"),
    # limits that were added, shared, moved, or two of one number
    ("ja", "Only if you have not eaten for 6 hours", "6時間未満絶食している場合に限り", "limit"),
    ("ja", "at least 1 hour before or 2 hours after a meal", "食事の1時間以上前または食後2時間以内", "limit"),
    ("ja", "Give it over at least 60 minutes, 10 mg per minute.", "1分以上かけて、60分間に10 mg投与する。", "limit"),
    ("ja", "Come no later than 3 months from now.", "遅くとも3か月以降に来てください。", "limit"),
    ("zh-Hans", "fewer than 1 in 1,000 people", "超过千分之一，即1000人中不到1人", "limit"),
    ("th", "More than 3 times the upper limit of normal", "ต่ำกว่าค่าปกติสูงสุดเกิน 3 เท่า", "limit"),
    ("ja", "Over 65: no more than 5 mg a day", "1歳を超える患者は65日5 mg以下", "units"),
    ("zh-Hans", "Never use a needle more than once.", "务必重复使用针头。", "negation"),
    # until, absence, and an "except" without its no
    ("ar", "Do not drive until you feel better.", "لا تقد السيارة إذا تحسنت.", "exception"),
    ("ru", "Stop treatment until they recover.", "Прекратить лечение после их восстановления.", "opposite"),
    ("es", "In the absence of fever, no tests are needed.", "Si hay fiebre, no se necesitan pruebas.", "negation"),
    ("ar", "Only a doctor should give it.", "يعطيه إلا طبيب.", "negation"),
    ("hi", "Do not drive until it stops.", "जब तक यह बंद न हो, गाड़ी चलाएँ।", "negation"),
    ("hi", "Take it within 8 hours; otherwise skip it.", "इसे 8 घंटे के भीतर लें; तो छोड़ दें।", "exception"),
    (
        "ja",
        "Do not use it after March, and do not share it.",
        "3月を過ぎたら使用してください。また、共用しないでください。",
        "negation",
    ),
    ("ru", "| Dose forgotten | leave out |", "| Пропуск | принимать |", "negation"),
    (
        "ja",
        "Do not use it if the seal is broken or missing.",
        "シールが破れている、またはないときは使用してください。",
        "negation",
    ),
    # opposites
    ("ar", "Undesirable effects are mild.", "الآثار المرغوب فيها خفيفة.", "opposite"),
    ("fr", "Call us if you feel unwell.", "Appelez-nous si vous vous sentez bien.", "opposite"),
    ("ru", "within 2 hours of this medicine", "в течение 2 часов до и до этого препарата", "opposite"),
    ("ja", "Stop it 48 hours before surgery.", "手術の48時間後に中止し、翌日になってから再開する。", "opposite"),
    ("ja", "Increase by 25 mg to a dose of 200 mg.", "25 mgずつ減量し、200 mgまで増やします。", "opposite"),
    (
        "de",
        "After opening, use it within 4 weeks, then throw it away.",
        "Vor dem Öffnen innerhalb von 4 Wochen verwenden und danach wegwerfen.",
        "opposite",
    ),
    # what each number stands with
    ("th", "Days 2 to 5: 1 tablet", "วันที่ 2 ถึง 1: 5 เม็ด", "order"),
    ("ja", "Day 1: 2 tablets. Days 2 to 5: 1 tablet.", "2日目：1錠。2～5日目：1錠。", "order"),
    ("es", "12 of 200 patients and 9 of 200 on placebo", "12 de 9 pacientes y 200 de 200 con placebo", "order"),
    ("ja", "Reduce by 5 mg each week until 10 mg a day.", "1日5 mgになるまで、毎週10 mgずつ減量。", "order"),
    ("zh-Hans", "up to 3 days in a row, and never more than 10 days a month", "连续不超过10天，每月不超过3天", "order"),
    ("zh-Hans", "The first dose was tolerated by 97%, the second by 91%.", "91%可耐受首剂，97%可耐受第二剂。", "order"),
    ("th", "8 in the morning, 2 in the afternoon, 8 at night", "2 โมงเช้า บ่าย 8 โมง และ 2 ทุ่ม", "order"),
    ("ja", "three times a day for the first week", "最初の1か月は1日3回", "units"),
    ("ja", "a second one after 4 weeks", "2週間後に4つ目", "units"),
    ("zh-Hans", "Rifampicin: do not take rifampicin.", "利福平：请勿服用利平。", "name"),
]


@pytest.mark.parametrize(("tag", "source", "target", "rule"), CASES)
def test_single_errors(tag: str, source: str, target: str, rule: str) -> None:
    found = Counter(f.rule for f in checker_of(tag).check(Pair(source, target)) if f.weight is Weight.CRITICAL)
    assert rule in found, found


RIGHT = [
    (
        "de",
        "Take it no later than 6 hours before bedtime.",
        "Nehmen Sie es spätestens 6 Stunden vor dem Schlafengehen ein.",
    ),
    (
        "fr",
        "If the pain has not gone after 20 minutes, call us.",
        "Si la douleur persiste après 20 minutes, appelez-nous.",
    ),
    ("es", "Do not drive and do not use machines.", "No conduzca ni maneje máquinas."),
    ("fr", "Do not use it because there are no data.", "Faute de données, ne pas l'utiliser."),
    ("de", "Do not start later than 7 days after it.", "Beginnen Sie spätestens 7 Tage danach."),
    ("es", "Take it until {medicine} helps.", "Tómelo hasta que {medicine} le ayude."),
    ("es", "Stop spironolactone.", "Suspenda la espironolactona."),
    ("es", "Ask your doctor.", "Pregunte a su doctor."),
    ("ar", "Put 1 drop in the left eye.", "ضع قطرة واحدة في العين اليسرى."),
    ("de", "Platelets fell below 50 × 10^9/L in 2 of 140.", "Bei 2 von 140 sanken die Thrombozyten unter 50 × 10^9/l."),
    ("zh-Hans", "If ALT exceeds 5 times the upper limit of normal", "如果ALT超过正常上限的5倍"),
    ("ru", "Take it every 24 hours.", "Принимайте раз в сутки."),
    ("ja", "75 mg instead of 150 mg", "150 mgではなく75 mg"),
    ("zh-Hans", "May affect 1 in 1,000 people", "可能影响千分之一的人"),
    ("ar", "It contains zolmitriptan.", "يحتوي على زولميتريبتان."),
    ("es", "It contains zolmitriptan.", "Contiene zolmitriptán."),
    ("de", "Nobody should take more than 4 g.", "Niemand sollte mehr als 4 g einnehmen."),
    ("th", "The level is 4.5 percent.", "ระดับอยู่ที่ร้อยละ 4.5"),
    ("fr", "Do not crush or chew them.", "Ne les écrasez pas et ne les croquez pas."),
    ("ru", "Approved on 5 June 2023", "Одобрено 5 июня 2023 г."),
    (
        "de",
        "10 mg in the morning, 20 mg at noon, 10 mg at night",
        "10 mg morgens, 20 mg mittags und 10 mg zur Nacht",
    ),
    ("ja", "Take one tablet twice a day.", "1日2回、1回1錠を服用してください。"),
    ("ja", "Inject it every other day.", "1日おきに注射します。"),
    ("ja", "once a day or twice a day", "1日1回または2回"),
    ("zh-Hans", "The dose may be halved every 8 hours.", "剂量可每8小时减半。"),
    ("zh-Hans", "The tablet can be divided into two equal halves.", "药片可以分成相等的两半。"),
    ("zh-Hans", "Leave at least 4 hours between doses.", "两次服药至少间隔4小时。"),
    ("ja", "Nine out of ten people", "10人中9人"),
    ("zh-Hans", "in up to 1 in 10 users", "多达1/10的使用者"),
    ("th", "Do not give to children younger than 6 years.", "ห้ามให้แก่เด็กอายุน้อยกว่า 6 ปี"),
    ("ja", "24 kg to under 32 kg", "24 kg以上32 kg未満"),
    (
        "ja",
        "Do not use it on wounds or for longer than 7 days.",
        "傷には使用しないでください。7日を超えて使用しないでください。",
    ),
    ("es", "If you are late, skip it.", "Si se retrasa, no la tome."),
    ("de", "Stop taking it at once.", "Nehmen Sie es ab sofort nicht mehr ein."),
    ("fr", "You may drive once it does not upset you.", "Vous pouvez conduire dès qu’il ne vous gêne pas."),
    ("fr", "Each 1 mL contains 20 mg.", "Chaque ml contient 20 mg."),
    ("es", "It contains levofloxacin and cefuroxime.", "Contiene levofloxacino y cefuroxima."),
    ("fr", "Eleven out of 240 patients", "Sur 240 patients, onze"),
    ("de", "5 x 10 mL ampoules", "5 Ampullen zu 10 ml"),
    ("es", "Fewer than one in ten thousand people", "Menos de una de cada diez mil personas"),
    ("de", "Morning 1 tablet, night 2", "Morgens 1 und abends 2 Tabletten"),
    ("de", "Lithium level", "Lithiumspiegel"),
    ("es", "Every 6 to 8 hours", "Cada 6 u 8 horas"),
    ("fr", "Not within 1 hour of an antacid", "Pas dans l’heure qui précède ou suit un antiacide"),
    ("de", "If not, see a doctor.", "Andernfalls gehen Sie zum Arzt."),
    ("fr", "It may be cut in half.", "Il peut être coupé en deux."),
    ("de", "Drops: morning and night", "Tropfen: morgens und abends"),
    ("fr", "It raised the AUC 3-fold.", "Il a multiplié par 3 l’ASC."),
    ("de", "Do not eat the night before or on the day.", "Am Abend davor und am Tag selbst nichts essen."),
    ("es", "The mean half-life is 18 hours.", "La semivida media es de 18 horas."),
    ("es", "Take it half an hour before meals.", "Tómelo 30 minutos antes de las comidas."),
    ("de", "Wait 30 minutes.", "Warten Sie eine halbe Stunde."),
    ("zh-Hans", "Take it half an hour before meals.", "饭前30分钟服用。"),
    ("zh-Hans", "Children under 10 kg", "体重不足10千克的儿童"),
    ("ar", "One tablet a day.", "قرص واحد يوميًّا."),
    ("en", "Daily Life: 5 mg once daily", "**Daily life:** 5 mg once a day"),
    ("ar", "Neither food nor alcohol matters.", "لا يهم الطعام ولا الكحول."),
    ("ar", "Take it only if your doctor told you to.", "لا تتناوله إلا إذا أخبرك طبيبك بذلك."),
    ("ar", "Do not take it within 24 hours of any nitrate.", "لا تتناوله خلال 24 ساعة من تناول أي من النترات."),
    ("hi", "Keep it until the rash has cleared.", "चकत्ते ठीक होने तक इसे रखें।"),
    ("hi", "Take the first 2 tablets before meals.", "पहली 2 गोलियाँ भोजन से पहले लें।"),
    ("hi", "The risk doubled (2% against 1%).", "जोखिम दोगुना हो गया (1% की तुलना में 2%)।"),
    ("ru", "At week 24 the level fell.", "К 24-й неделе уровень снизился."),
    ("ru", "It does not matter.", "Неважно."),
    ("ru", "No later than 4 hours before surgery", "Не менее чем за 4 часа до операции"),
    ("ru", "If you are over 65, the dose may be lower.", "Если вам больше 65 лет, доза может быть ниже."),
    (
        "ja",
        "Wait 15 minutes before putting lenses back.",
        "15分たってからレンズを再装着する。",
    ),
    ("ja", "Call us, even if you feel well.", "気分が悪くなくても電話してください。"),
    ("ru", "Dose forgotten: skip it.", "Пропуск приёма: пропустите эту дозу."),
    ("es", "12 of 200 patients and 9 of 200 on placebo", "12 de 200 pacientes y 9 de 200 con placebo"),
    ("fr", "Leave 2 hours between them.", "Laissez 2 heures entre les deux prises."),
    (
        "ru",
        "Keep it cold until first use; after that, below 30 °C.",
        "До первого применения – на холоде, затем ниже 30 °C.",
    ),
    ("zh-Hans", "If you cannot tolerate some sugars, ask us.", "如果您不耐受某些糖类，请咨询我们。"),
    ("ar", "Only your doctor can tell you.", "لا يستطيع أن يخبرك إلا طبيبك."),
    ("de", "In the absence of fever, no tests are needed.", "Wenn kein Fieber besteht, sind keine Tests nötig."),
]


@pytest.mark.parametrize(("tag", "source", "target"), RIGHT)
def test_other_ways_to_say_it(tag: str, source: str, target: str) -> None:
    assert [
        (f.rule, f.message) for f in checker_of(tag).check(Pair(source, target)) if f.weight is not Weight.QUALITY
    ] == []
