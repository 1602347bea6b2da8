"""What stands behind `yamlfile`: events, nodes, layout, and cures that were tried."""
