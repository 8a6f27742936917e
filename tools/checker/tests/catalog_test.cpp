// Names on the command line, and what they mean, on a small repository made for the test.
#include "catalog.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace checker;
namespace fs = std::filesystem;

namespace {

class SmallRepository {
public:
    SmallRepository() : root_(fs::path(CHECKER_SCRATCH "-catalog")) {
        fs::remove_all(root_);
        add("ch04-event-queue/a-epoll/check.json");
        add("ch04-event-queue/a-epoll/mutants/stops-at-eintr.patch");
        add("ch04-event-queue/a-epoll/variants/other/main.cpp");
        add("ch04-event-queue/exercises/01-drain/check.json");
        add("ch04-event-queue/no-stage/README.md");
        add("ch05-fibers/a-stack/check.json");
    }
    ~SmallRepository() { fs::remove_all(root_); }
    void add(const std::string& file) const {
        fs::create_directories((root_ / file).parent_path());
        std::ofstream(root_ / file) << "{}";
    }
    const fs::path& root() const { return root_; }

private:
    fs::path root_;
};

std::vector<std::string> ids(const std::vector<Subject>& subjects) {
    std::vector<std::string> all;
    for (const Subject& subject : subjects) {
        all.push_back(subject.id());
    }
    return all;
}

}  // namespace

TEST_CASE("a stage answers to all its names") {
    const SmallRepository repository;
    const Catalog catalog(repository.root());
    const std::string path = (repository.root() / "ch04-event-queue/a-epoll").string();
    for (const std::string& what : {std::string("ch04/a"), std::string("ch04-a"), std::string("4a"),
                                    std::string("ch04/a-epoll"), path, path + "/"}) {
        CAPTURE(what);
        CHECK(ids(catalog.resolve(what)) == std::vector<std::string>{"ch04/a"});
    }
}

TEST_CASE("a chapter is its stages and the exercises that were begun") {
    const SmallRepository repository;
    CHECK(ids(Catalog(repository.root()).resolve("ch04")) == std::vector<std::string>{"ch04/a"});
    repository.add("work/ch04/01-drain/poll.cpp");
    CHECK(ids(Catalog(repository.root()).resolve("ch04")) ==
          std::vector<std::string>{"ch04/a", "work/ch04/01"});
}

TEST_CASE("an exercise is the reader's copy, and without one the way to get it") {
    const SmallRepository repository;
    CHECK_THROWS_WITH_AS(Catalog(repository.root()).resolve("ch04/01"),
                         "you have no copy of ch04/01 yet: tools/workshop start ch04/01 (the model "
                         "answer is ch04/01/solution)",
                         UsageError);
    repository.add("work/ch04/01-drain/poll.cpp");
    const Catalog catalog(repository.root());
    CHECK(ids(catalog.resolve("ch04/1"))[0] == "work/ch04/01");
    CHECK(ids(catalog.resolve("work/ch04/01"))[0] == "work/ch04/01");
    CHECK(ids(catalog.resolve("ch04/01/solution"))[0] == "ch04/01/solution");
    CHECK(ids(catalog.resolve("ch04/01/starter"))[0] == "ch04/01/starter");
}

TEST_CASE("mutants and variants have names below their stage") {
    const SmallRepository repository;
    const Catalog catalog(repository.root());
    CHECK(ids(catalog.resolve("ch04/a/mutants/stops-at-eintr"))[0] ==
          "ch04/a/mutants/stops-at-eintr");
    CHECK(ids(catalog.resolve("ch04/a/variants/other"))[0] == "ch04/a/variants/other");
}

TEST_CASE("a name that means nothing is a usage error that says what there is") {
    const SmallRepository repository;
    const Catalog catalog(repository.root());
    for (const char* what : {"ch09", "ch04/z", "", "nonsense", "ch04/a/mutants/none",
                             "work/ch04/01", "ch04/a/solution"}) {
        CAPTURE(what);
        CHECK_THROWS_AS(catalog.resolve(what), UsageError);
    }
    CHECK_THROWS_WITH_AS(catalog.resolve("work/ch04/01"),
                         "there is no work/ch04/01-drain yet: tools/workshop start ch04/01",
                         UsageError);
    CHECK_THROWS_WITH_AS(catalog.resolve("ch04/a/mutants/none"),
                         "ch04/a has no mutants/none; there are: stops-at-eintr", UsageError);
}
