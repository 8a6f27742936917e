// Anchors and first sentences of Markdown lessons.
#include "lesson.hpp"

#include <doctest/doctest.h>

using checker::headings;

TEST_CASE("a heading's anchor is what a Git host makes of it") {
    const auto all =
        headings("# Chapter 4: the queue!\n## `epoll_wait` & co\n## Again\n## Again\n");
    CHECK(all.contains("chapter-4-the-queue"));
    CHECK(all.contains("epoll_wait--co"));
    CHECK(all.contains("again"));
    CHECK(all.contains("again-1"));
}

TEST_CASE("the first sentence below a heading ends at its full stop, across lines, without marks") {
    const auto all = headings("## One\n\nReads *once* per\n`edge`, e.g.x. Then more.\n\nOther.\n");
    CHECK(all.at("one") == "Reads once per edge, e.g.x");
}

TEST_CASE("what stands in a code block is neither heading nor sentence") {
    const auto all = headings("## One\n```sh\n# no heading\n```\nText here.\n");
    CHECK(all.size() == 1);
    CHECK(all.at("one") == "Text here");
}

TEST_CASE("a heading without text has an empty sentence") {
    CHECK(headings("# A\n## B\nText.\n").at("a").empty());
}
