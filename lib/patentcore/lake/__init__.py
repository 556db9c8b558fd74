"""Where tables are: file systems, table formats, results that are whole or not there."""
