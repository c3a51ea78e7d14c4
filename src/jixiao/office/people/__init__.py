"""People: roster, tree of the organisation, teams, and who may stand in or refuse."""
