// What is remembered of the reader's work, and what damage to the record does.
#include "progress.hpp"

#include <doctest/doctest.h>

#include <future>
#include <nlohmann/json.hpp>

#include "repository.hpp"

using namespace checker;
using checker_tests::Repository;
namespace fs = std::filesystem;

namespace {

const std::string record_file = "work/progress.json";

nlohmann::json record_in(const Repository& repository) {
    return nlohmann::json::parse(repository.read(record_file));
}

}  // namespace

TEST_CASE("a record that is damaged is moved aside, told in one line, and a new one begins") {
    const Repository repository;
    repository.add_exercise("01-task");
    int moved = 0;
    for (const std::string& damage :
         {std::string("{\"entries\": {\"ch04/a\": {\"pas"), std::string("\x7f\x00\xff\xfe", 4),
          std::string(), std::string("[]"), std::string(R"({"entries": []})"),
          std::string(R"({"entries": {"ch04/a": true}})"), std::string(R"({"last": 5})"),
          std::string(R"({"entries": {"ch04/01": {"hints": -1}}})")}) {
        CAPTURE(damage);
        repository.write(record_file, damage);
        const auto answer = repository.ask({"hint", "ch04/01"});
        CHECK(answer.status == 0);
        const std::string aside =
            record_file + ".broken" + (++moved == 1 ? "" : "-" + std::to_string(moved));
        CHECK(answer.output.find("it is kept as " + aside) != std::string::npos);
        CHECK(repository.read(aside) == damage);
        CHECK(record_in(repository)["entries"]["ch04/01"]["hints"] == 1);
    }
}

TEST_CASE("list, too, goes on after damage") {
    const Repository repository;
    repository.write(record_file, "{");
    const auto answer = repository.ask({"list"});
    CHECK(answer.status == 0);
    CHECK(answer.output.find("next: tools/workshop check ch04/a") != std::string::npos);
    CHECK(repository.read(record_file + ".broken") == "{");
}

TEST_CASE("what the record holds beside what is known is kept") {
    const Repository repository;
    repository.write(record_file,
                     R"({"theme": "dark", "entries": {"ch04/01": {"stars": 5}, "ch09/x": {}}})");
    CHECK(repository.ask({"start", "ch04/01"}).status == 0);
    auto record = record_in(repository);
    CHECK(record["theme"] == "dark");
    CHECK(record["entries"]["ch04/01"]["stars"] == 5);
    CHECK(record["entries"].contains("ch09/x"));
    CHECK(record["last"] == "ch04/01");
}

TEST_CASE("where work/ can't be written, one line says so and all else goes on") {
    const Repository repository;
    repository.add_exercise("01-task");
    repository.write("work", "no folder\n");
    const auto answer = repository.ask({"hint", "ch04/01"});
    CHECK(answer.status == 0);
    CHECK(answer.output.starts_with("Hint 1"));
    CHECK(answer.output.find("checker: progress is not ") != std::string::npos);
    CHECK(answer.output.find("checker: ") == answer.output.rfind("checker: "));
    CHECK(repository.ask({"list"}).status == 0);
    CHECK(repository.read("work") == "no folder\n");
}

TEST_CASE("many processes that write at once keep each other's entries") {
    const Repository repository;
    std::vector<std::string> ids;
    for (int n = 1; n <= 12; ++n) {
        const std::string key = (n < 10 ? "0" : "") + std::to_string(n);
        repository.add_exercise(key + "-task");
        ids.push_back("ch04/" + key);
    }
    std::vector<std::future<CommandResult>> answers;
    for (const std::string& id : ids) {
        answers.push_back(std::async(std::launch::async,
                                     [&repository, id] { return repository.ask({"hint", id}); }));
    }
    for (auto& answer : answers) {
        CHECK(answer.get().status == 0);
    }
    auto record = record_in(repository);
    for (const std::string& id : ids) {
        CHECK(record["entries"].contains(id));
    }
}

TEST_CASE("the next step is what was last worked on, then what has not passed from there on") {
    const Repository repository;
    repository.add_exercise("02-task");
    const Catalog catalog(repository.root());
    Record record;
    CHECK(next_step(catalog, record).text.starts_with("tools/workshop check ch04/a "));
    record.last = "ch04/01";
    CHECK(next_step(catalog, record).text.starts_with("tools/workshop start ch04/01 "));
    fs::create_directories(repository.root() / "work/ch04/01-task");
    CHECK(next_step(catalog, record).text.starts_with("tools/workshop check ch04/01 "));
    record.passed["ch04/01"] = "2026-03-01";
    CHECK(next_step(catalog, record).what == "ch04/02");
    record.passed["ch04/02"] = "2026-03-01";
    CHECK(next_step(catalog, record).what == "ch04/a");
    CHECK(next_exercise(catalog, record).entry == nullptr);
    record.last = "work/ch04/a";
    CHECK(next_step(catalog, record).what == "work/ch04/a");
    record.passed["ch04/a"] = record.passed["work/ch04/a"] = "2026-03-01";
    CHECK(next_step(catalog, record).entry == nullptr);
}

TEST_CASE("what can't be judged here is passed over, and list says why") {
    const Repository repository;
    repository.write("ch04-queue/a-stage/check.json",
                     R"({"title": "A stage", "needs": ["no-such-tool"]})");
    const auto answer = repository.ask({"list"});
    CHECK(answer.output.find("(can't be checked here: needs no-such-tool") != std::string::npos);
    CHECK(answer.output.find("next: tools/workshop start ch04/01 ") != std::string::npos);
}
