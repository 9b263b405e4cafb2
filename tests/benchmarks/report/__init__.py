"""Makes the report from the results of lockbench. The package needs Plotly for the plots alone."""
