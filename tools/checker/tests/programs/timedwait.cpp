// Timed wait: main takes replies in a loop of wait_for(100 ms); other threads read them.
// Tricky: a reply that was read isn't dealt with yet, and main's futex wait has a time limit.
// Elapsed: 3000 ms, the sum in each of three chains.
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>

#include "client.hpp"

namespace {

/// A queue between threads.
template <typename Letter>
class Mailbox {
public:
    void put(Letter letter) {
        const std::lock_guard lock(mutex_);
        letters_.push_back(std::move(letter));
        arrived_.notify_one();
    }
    Letter take() {
        std::unique_lock lock(mutex_);
        // The time limit decides nothing: it is what a nervous program does.
        while (!arrived_.wait_for(lock, fixture::milliseconds{100},
                                  [this] { return !letters_.empty(); })) {
        }
        Letter letter = std::move(letters_.front());
        letters_.pop_front();
        return letter;
    }

private:
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Letter> letters_;
};

struct Answer {
    std::size_t chain;
    std::string body;
};

/// Starts a thread that makes one request and posts the reply.
std::future<void> start_request(const sockaddr_in& server, fixture::milliseconds delay,
                                std::size_t chain, std::size_t step, Mailbox<Answer>& answers) {
    return std::async(std::launch::async, [&answers, server, delay, chain, step] {
        answers.put({chain, fixture::get(server, delay, fixture::chain_message(chain, step))});
    });
}

void main_decides(const sockaddr_in& server) {
    const auto chains = fixture::equal_chains(3, 3);
    Mailbox<Answer> answers;
    std::vector<std::size_t> steps(chains.size());
    std::vector<std::future<void>> readers;
    const auto start = [&](std::size_t chain) {
        const std::size_t step = steps[chain]++;
        return start_request(server, chains[chain][step], chain, step, answers);
    };
    for (std::size_t chain = 0; chain < chains.size(); ++chain) {
        readers.push_back(start(chain));
    }
    for (std::size_t missing = 3 * chains.size(); missing > 0; --missing) {
        const auto [chain, body] = answers.take();
        readers[chain].get();
        fixture::print_received(body);
        if (steps[chain] < chains[chain].size()) {
            readers[chain] = start(chain);
        }
    }
}

}  // namespace

int main(int argc, char** argv) {
    return fixture::run(argc, argv, main_decides);
}
