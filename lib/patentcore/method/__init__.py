"""The method of the papers: DataFrames and values in, DataFrames out."""
