"""Numbers with their units: found in a text, and set for a locale without ever changing."""

from leaflets.quantities.local import local_quantities, parted
from leaflets.quantities.printing import NO_BREAK, Printed, localized, parity, print_quantities
from leaflets.quantities.recognize import Quantity, find_quantities
from leaflets.quantities.units import Units, load_units

__all__ = [
    "NO_BREAK", "Printed", "Quantity", "Units", "find_quantities", "load_units", "local_quantities", "localized",
    "parity", "parted", "print_quantities",
]  # fmt: skip
