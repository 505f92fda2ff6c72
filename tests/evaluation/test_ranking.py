"""`sommelier evaluate ranking`: layouts, splits and the table."""

import gzip
import json

import numpy as np
import pytest

from app import main
from evaluation.ranking.read import read_events
from evaluation.ranking.split import split
from knowledge.errors import BadInput

RATED = [("7", "30", 4, 100), ("7", "10", 2, 90), ("5", "10", 5, 10), ("7", "20", 3, 100)]


def histories(events):
    return {u: [events.items[i] for i in s] for u, s in zip(events.users, events.sequences, strict=True)}


@pytest.fixture
def ratings(tmp_path):
    """Three hundred ratings of people of two tastes, as MovieLens writes them, with titles that tell the taste."""
    rng = np.random.default_rng(0)
    rows = ["userId,movieId,rating,timestamp"]
    for user in range(1, 41):
        for at, item in enumerate(rng.permutation(np.arange(user % 2, 40, 2))[:9]):
            rows.append(f"{user},{item + 1},4.0,{1000 + at}")
    (tmp_path / "ratings.csv").write_text("\n".join(rows))
    words = ("quiet sea love story", "loud robbery chase guns")
    titles = [f'{i + 1},"{words[i % 2]} {i}",{"Drama" if i % 2 == 0 else "Action"}' for i in range(40)]
    (tmp_path / "movies.csv").write_text("movieId,title,genres\n" + "\n".join(titles))
    return tmp_path


class TestReading:
    @pytest.mark.parametrize(
        ("name", "head", "form"),
        [
            ("ratings.csv", "userId,movieId,rating,timestamp\n", "{},{},{},{}"),
            ("ratings.dat", "", "{}::{}::{}::{}"),
            ("u.data", "", "{}\t{}\t{}\t{}"),
            ("x.inter", "user_id:token\titem_id:token\trating:float\ttimestamp:float\n", "{}\t{}\t{}\t{}"),
        ],
    )
    def test_rating_layouts_agree(self, tmp_path, name, head, form):
        (tmp_path / name).write_text(head + "\n".join(form.format(*row) for row in RATED) + "\n")
        for place in (tmp_path, tmp_path / name):
            events = read_events(place)
            assert events.ordered
            # Oldest first; equal times as in the file.
            assert histories(events) == {"5": ["10"], "7": ["10", "30", "20"]}

    def test_a_history_a_line(self, tmp_path):
        (tmp_path / "Toys.txt").write_text("1 5 3 9\n2 3\n")
        events = read_events(tmp_path / "Toys.txt")
        assert events.ordered
        assert histories(events) == {"1": ["5", "3", "9"], "2": ["3"]}

    def test_a_pair_a_line(self, tmp_path):
        (tmp_path / "ml.txt").write_text("1 5\n1 3\n2 3\n")
        assert histories(read_events(tmp_path / "ml.txt")) == {"1": ["5", "3"], "2": ["3"]}

    def test_a_split_that_is_given_is_kept(self, tmp_path):
        (tmp_path / "train.txt").write_text("0 1 2\n1 0\n2\n")
        (tmp_path / "test.txt").write_text("0 0\n1 3\n")
        events = read_events(tmp_path)
        parts = split(events, "random")
        assert parts.kind == "given"
        assert [s.tolist() for s in parts.train] == [[1, 2], [0], []]
        assert parts.truth.toarray().tolist() == [[1, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]]
        with pytest.raises(BadInput, match="--split random"):
            split(events, "leave-last")

    def test_faults_name_the_line(self, tmp_path):
        (tmp_path / "ratings.csv").write_text("userId,movieId,timestamp\n1,2,3\n1,2\n")
        with pytest.raises(BadInput, match=r"ratings\.csv line 3"):
            read_events(tmp_path)
        with pytest.raises(BadInput, match="no data at"):
            read_events(tmp_path / "none")

    def test_a_split_packed_or_with_people_of_one_part_is_read_alike(self, tmp_path):
        (tmp_path / "train.txt.gz").write_bytes(gzip.compress(b"0 1 2\n1 0\n"))
        (tmp_path / "test.txt").write_bytes(b"\xef\xbb\xbf0 0\r\n9 3\r\n")
        events = read_events(tmp_path)
        assert events.users == ["0", "1", "9"]
        assert [s.tolist() for s in events.given] == [[0], [], [3]]
        assert "test.txt" in events.note

    @pytest.mark.parametrize(
        "text",
        [
            'user,item,timestamp\nb,i 2,5\na,The "" 1,1\n',
            'User-ID;ISBN;Rating;Date\n"b";"i 2";4;2014-05-06\n"a";"The "" 1";3;2012-01-01T10:00:00\n',
            'b\ti 2\t4\t5\na\tThe " 1\t4\t1\n',
            'b::i 2::4::5\r\na::The " 1::4::1\r\n',
            'userId::movieId::rating::timestamp\nb::i 2::4::5\na::The " 1::4::1\n',
            'b\ti 2\nb\ti 2\na\tThe " 1\n',
        ],
    )
    def test_ids_may_hold_anything(self, tmp_path, text):
        (tmp_path / "x.txt").write_text(text.replace('The "" 1,', '"The "" 1",'))
        assert histories(read_events(tmp_path / "x.txt")) == {"a": ['The " 1'], "b": ["i 2"]}

    @pytest.mark.parametrize("coding", ["utf-8-sig", "utf-16", "latin-1"])
    def test_any_coding_and_packing_is_read(self, tmp_path, coding):
        lines = "1 é1 è1 c\r\n2 è1\r\n\r\n"
        (tmp_path / "Toys.txt").write_bytes(lines.encode(coding))
        (tmp_path / "Toys.txt.gz").write_bytes(gzip.compress(lines.encode(coding)))
        plain, packed = read_events(tmp_path / "Toys.txt"), read_events(tmp_path / "Toys.txt.gz")
        assert [s.tolist() for s in plain.sequences] == [s.tolist() for s in packed.sequences]
        assert len(plain.items) == 3
        assert plain.sequences[0][1] == plain.sequences[1][0]
        assert plain.name == packed.name == "Toys"

    def test_without_times_the_file_gives_the_order_and_says_so(self, tmp_path):
        (tmp_path / "took.csv").write_text("user,item\n7,30\n7,10\n5,10\n7,20\n")
        events = read_events(tmp_path)
        assert events.ordered
        assert "order is that of the file" in events.note
        assert histories(events) == {"5": ["10"], "7": ["30", "10", "20"]}

    def test_a_third_column_is_a_time_where_it_is_too_large_for_a_rating(self, tmp_path):
        for last, expected in ((("978300760", "978300700"), ["4", "3"]), (("5", "1"), ["3", "4"])):
            (tmp_path / "x.csv").write_text(f"1,3,{last[0]}\n1,4,{last[1]}\n")
            assert histories(read_events(tmp_path / "x.csv")) == {"1": expected}

    @pytest.mark.parametrize(("text", "separator"), [("1 5 3\n1 4 3\n2 5 1\n", "ratings"), ("1 5 3\n2 4 3 7\n", "history")])
    def test_blanks_part_ratings_or_histories(self, tmp_path, text, separator):
        (tmp_path / "x.txt").write_text(text)
        expected = {"1": ["5", "4"], "2": ["5"]} if separator == "ratings" else {"1": ["5", "3"], "2": ["4", "3", "7"]}
        assert histories(read_events(tmp_path / "x.txt")) == expected

    @pytest.mark.parametrize("delimiter", ["\t", ","])
    def test_histories_by_tabs_or_commas(self, tmp_path, delimiter):
        (tmp_path / "x.txt").write_text("1 5 3 9\n2 3\n4 9 9 5\n".replace(" ", delimiter))
        assert histories(read_events(tmp_path / "x.txt")) == {"1": ["5", "3", "9"], "2": ["3"], "4": ["9", "5"]}

    def test_what_stands_beside_the_interactions_is_not_taken_for_them(self, tmp_path):
        for name in ("movies.csv", "users.csv", "tags.csv", "Toys_sample.txt", "README.txt", "item_list.txt"):
            (tmp_path / name).write_text("no interactions\n")
        (tmp_path / "Toys.txt").write_text("1 5 3\n2 3\n")
        assert read_events(tmp_path).name == "Toys"
        (tmp_path / "Beauty.txt").write_text("1 5 3\n2 3\n")
        with pytest.raises(BadInput, match=r"found Beauty\.txt, Toys\.txt"):
            read_events(tmp_path)

    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("a.txt", b"", "is empty"),
            ("a.txt", b"\n  \n", "is empty"),
            ("ratings.csv", b"userId,movieId,rating,timestamp\n", "no interaction"),
            ("a.txt", b"1 \n2 \n", "no items"),
            ("a.csv", b"person,thing,stars\n1,2,5\n", "one must name the user"),
            ("a.csv", b"user,item,timestamp\n1,2,yesterday\n", "line 2"),
            ("a.csv", b"user,item\n1,2\n,2\n", "line 3"),
            ("a.txt.gz", gzip.compress(b"1 2 3\n" * 50, mtime=0)[:20], "no whole gzip"),
            ("ratings.dat", b"1::2::3::4\n1::2\n", "fields"),
        ],
    )
    def test_what_cannot_be_read_is_named(self, tmp_path, name, content, message):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(BadInput, match=message):
            read_events(tmp_path / name)


class TestBases:
    def test_a_base_gives_its_likes_over_the_whole_catalogue(self, tmp_path):
        (tmp_path / "toys.csv").write_text("id,title,colour\n" + "\n".join(f"t{i},Toy {i},red" for i in range(6)))
        (tmp_path / "took.csv").write_text("user,item,rating\nada,t3,5\nada,t1,5\nada,t0,1\nbob,t1,4\n")
        build = ["build", str(tmp_path / "toys.csv"), "--interactions", str(tmp_path / "took.csv"), "--encoder", "none", "--quiet"]
        assert main([*build, "--out", str(tmp_path / "base")]) == 0
        events = read_events(tmp_path / "base")
        # What was disliked is nothing to be found; what nobody took is still a candidate.
        assert {u: set(s) for u, s in histories(events).items()} == {"ada": {"t1", "t3"}, "bob": {"t1"}}
        assert events.items == [f"t{i}" for i in range(6)]
        assert not events.ordered


class TestSplitting:
    def test_leave_two_hides_two_of_each_and_leaves_one(self, ratings):
        events = read_events(ratings)
        parts = split(events, "leave-two", seed=3)
        assert np.diff(parts.truth.indptr).tolist() == [2] * 40
        assert [len(s) for s in parts.train] == [7] * 40
        assert parts.people.likes.multiply(parts.truth).nnz == 0

    def test_leave_two_asks_nobody_with_two_items(self, tmp_path):
        (tmp_path / "few.txt").write_text("1 5 3\n2 3 5 9\n")
        parts = split(read_events(tmp_path / "few.txt"), "leave-two")
        assert np.diff(parts.truth.indptr).tolist() == [0, 2]
        assert [len(s) for s in parts.train] == [2, 1]

    def test_random_hides_a_fifth_of_each(self, ratings):
        events = read_events(ratings)
        parts = split(events, "random", seed=3)
        assert np.diff(parts.truth.indptr).tolist() == [2] * 40
        assert parts.people.likes.multiply(parts.truth).nnz == 0
        assert split(events, "random", seed=3).truth.indices.tolist() == parts.truth.indices.tolist()

    def test_leave_last_hides_the_last(self, ratings):
        events = read_events(ratings)
        parts = split(events, "leave-last")
        assert parts.truth.indices.tolist() == [int(s[-1]) for s in events.sequences]

    def test_cold_items_have_no_history(self, ratings):
        parts = split(read_events(ratings), "cold")
        assert parts.candidates.sum() == 8
        assert not parts.candidates[parts.people.likes.indices].any()
        assert parts.candidates[parts.truth.indices].all()


class TestCommand:
    @pytest.mark.parametrize("kind", ["random", "leave-last", "leave-two"])
    def test_the_last_line_is_the_json(self, ratings, capsys, kind):
        assert main(["evaluate", "ranking", "--data", str(ratings), "--split", kind, "--json"]) == 0
        found = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert found["split"] == kind
        assert {"auto", "ease", "item-knn", "als", "popularity"} <= set(found["rankers"])
        for row in found["rankers"].values():
            assert {"Recall@20", "NDCG@10", "NDCG@20", "fit_s", "coverage@20"} <= set(row)
        assert found["rankers"]["auto"]["Recall@10"] > found["rankers"]["popularity"]["Recall@10"]

    def test_fewer_items_than_are_ranked_count_once(self, tmp_path, capsys):
        (tmp_path / "few.txt").write_text("".join(f"{u} {u % 5} {(u + 1) % 5}\n" for u in range(20)))
        assert main(["evaluate", "ranking", "--data", str(tmp_path / "few.txt"), "--split", "leave-last", "--json"]) == 0
        found = json.loads(capsys.readouterr().out.splitlines()[-1])
        # Nothing can be validated on two items each; usual settings stand, and everybody's item is found once.
        assert found["choice"]["cases"] == 0
        assert found["rankers"]["auto"]["Recall@20"] == 1.0

    def test_nothing_to_find_is_an_error(self, tmp_path, capsys):
        (tmp_path / "one.txt").write_text("1 5\n2 3\n")
        assert main(["evaluate", "ranking", "--data", str(tmp_path / "one.txt"), "--split", "leave-last"]) == 2
        assert "two items or more" in capsys.readouterr().err

    def test_the_given_split_is_said_to_be_used(self, tmp_path, capsys):
        (tmp_path / "train.txt").write_text("".join(f"{u} {u % 7} {(u + 2) % 7} {(u + 4) % 7}\n" for u in range(30)))
        (tmp_path / "test.txt").write_text("".join(f"{u} {(u + 6) % 7}\n" for u in range(30)))
        assert main(["evaluate", "ranking", "--data", str(tmp_path), "--json"]) == 0
        out = capsys.readouterr().out
        assert "the one given in train.txt and test.txt" in out
        found = json.loads(out.splitlines()[-1])
        assert (found["split"], found["rankers"]["auto"]["people"]) == ("given", 30)

    def test_cold_items_are_found_by_their_words(self, ratings, capsys):
        assert main(["evaluate", "ranking", "--data", str(ratings), "--split", "cold", "--json"]) == 0
        rows = json.loads(capsys.readouterr().out.splitlines()[-1])["rankers"]
        assert rows["auto"]["NDCG@5"] > rows["random"]["NDCG@5"]
        assert set(rows) == {"auto", "text-map", "cosine", "random", "oracle popularity"}

    def test_cold_items_without_words_are_an_error(self, ratings, capsys):
        (ratings / "movies.csv").unlink()
        assert main(["evaluate", "ranking", "--data", str(ratings), "--split", "cold"]) == 2
        assert "--text DIR" in capsys.readouterr().err

    def test_an_unknown_ranker_is_an_error(self, ratings, capsys):
        assert main(["evaluate", "ranking", "--data", str(ratings), "--only", "eaze"]) == 2
        assert "'eaze'" in capsys.readouterr().err
