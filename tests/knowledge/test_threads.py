"""BLAS threads: one inside, what there was outside, also when several threads overlap."""

import threading

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from knowledge.threads import one_thread


def blas_threads() -> set[int]:
    np.ones((2, 2)) @ np.ones((2, 2))
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}


@pytest.fixture
def two():
    with threadpool_limits(2, user_api="blas"):
        if blas_threads() != {2}:
            pytest.xfail("this BLAS does not take two threads")
        yield


@pytest.mark.usefixtures("two")
def test_one_inside_and_back_outside():
    with one_thread():
        assert blas_threads() == {1}
        with one_thread():
            assert blas_threads() == {1}
        assert blas_threads() == {1}
    assert blas_threads() == {2}


@pytest.mark.usefixtures("two")
def test_an_error_inside_gives_the_threads_back():
    with pytest.raises(KeyError), one_thread():
        raise KeyError
    assert blas_threads() == {2}


@pytest.mark.usefixtures("two")
def test_threads_that_overlap_leave_no_limit_behind():
    entered, leave = threading.Event(), threading.Event()

    def stay() -> None:
        with one_thread():
            entered.set()
            leave.wait(10)

    other = threading.Thread(target=stay)
    with one_thread():
        other.start()
        entered.wait(10)
    leave.set()
    other.join()
    assert blas_threads() == {2}
