"""How often the judge is right by labels of people, and the rates that follow."""
