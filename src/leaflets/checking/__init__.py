"""What may be wrong with a translation: a list of functions, each with a severity and an explanation."""
