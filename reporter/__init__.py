"""The report: the published file as one page for people, without a server, without a network."""
