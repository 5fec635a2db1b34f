"""AWS Lake Formation, in memory: who may do what with the catalog's databases and tables."""
