"""Build-time commands: derive the gazetteers, train the tagger. Nothing of it is imported at run time."""
