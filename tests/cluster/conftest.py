import pytest


@pytest.fixture(scope="session")
def scheduler():
    """Address of a scheduler with two workers."""
    from distributed import LocalCluster
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0) as cluster:
        yield cluster.scheduler_address
