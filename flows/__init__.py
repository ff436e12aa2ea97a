"""The rim: Prefect flows, readers and the command line. It binds the layers and computes nothing."""
