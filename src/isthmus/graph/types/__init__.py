"""One module for each noun of the graph; they know one another by lazy references only."""
