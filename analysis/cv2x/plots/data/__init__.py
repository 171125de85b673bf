"""Numbers for figures: pure functions, tables in, small tables out; no plotly, no files."""
