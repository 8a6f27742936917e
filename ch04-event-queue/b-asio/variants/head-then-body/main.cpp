// Five requests with Asio: the same behaviour as the stage, written independently. The head is read
// up to its blank line, then the body by what the head says of it; a list owns the connections.
// Proof that the check accepts other right programs, no lesson.
#include <asio.hpp>
#include <cctype>
#include <exception>
#include <functional>
#include <iostream>
#include <istream>
#include <list>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace {

using asio::ip::tcp;
using std::placeholders::_1;
using std::placeholders::_2;

/// The value of Content-Length in a head, if it is there.
std::optional<std::size_t> content_length(std::istream& head) {
    for (std::string line; std::getline(head, line) && line != "\r";) {
        for (char& c : line) {
            c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
        }
        constexpr std::string_view name = "content-length:";
        if (line.starts_with(name)) {
            return std::stoul(line.substr(name.size()));
        }
    }
    return std::nullopt;
}

/// Fetches one path and prints the body. Stays where it is until its io_context has run out of
/// work.
class Connection {
public:
    Connection(asio::io_context& io, const std::string& host, const std::string& path)
        : socket_(io),
          request_("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n") {
    }

    void start(const tcp::endpoint& server, const std::string& name) {
        socket_.async_connect(server, [this, name](const asio::error_code& error) {
            throw_if(error, "connect to " + name);
            asio::async_write(socket_, asio::buffer(request_),
                              std::bind(&Connection::on_sent, this, _1));
        });
    }

private:
    void on_sent(const asio::error_code& error) {
        throw_if(error, "write");
        asio::async_read_until(socket_, received_, "\r\n\r\n",
                               std::bind(&Connection::on_head, this, _1, _2));
    }

    // What async_read_until found may lie in front of some of the body, or of all of it.
    void on_head(const asio::error_code& error, std::size_t head_size) {
        throw_if(error, "read the head");
        const auto begin = asio::buffers_begin(received_.data());
        std::istringstream head(std::string(begin, begin + static_cast<std::ptrdiff_t>(head_size)));
        received_.consume(head_size);
        std::string protocol;
        int status = 0;
        if (!(head >> protocol >> status) || status != 200) {
            throw std::runtime_error("not a good reply");
        }
        length_ = content_length(head);
        const std::size_t there = received_.size();
        const auto missing = [this, there](const asio::error_code& failed, std::size_t more) {
            const bool all = length_ && there + more >= *length_;
            return failed || all ? std::size_t{0} : std::size_t{65'536};
        };
        asio::async_read(socket_, received_, missing, std::bind(&Connection::on_body, this, _1));
    }

    void on_body(const asio::error_code& error) {
        const bool ended = error == asio::error::eof;
        if (!ended) {
            throw_if(error, "read the body");
        }
        const std::string body{asio::buffers_begin(received_.data()),
                               asio::buffers_end(received_.data())};
        if (length_ && body.size() < *length_) {
            throw std::runtime_error("cut off");
        }
        std::cout << "RECEIVED: " << body.substr(0, length_.value_or(body.size())) << std::endl;
        socket_.close();
    }

    static void throw_if(const asio::error_code& error, const std::string& what) {
        if (error) {
            throw std::system_error(error, what);
        }
    }

    tcp::socket socket_;
    std::string request_;
    asio::streambuf received_;
    std::optional<std::size_t> length_;
};

void fetch(const std::string& name) {
    const std::size_t colon = name.rfind(':');
    const tcp::endpoint server(
        asio::ip::make_address(name.substr(0, colon)),
        static_cast<asio::ip::port_type>(std::stoul(name.substr(colon + 1))));
    asio::io_context io(1);
    std::list<Connection> connections;
    for (const int seconds : {5, 4, 3, 2, 1}) {
        const std::string path =
            "/" + std::to_string(seconds * 1000) + "/HelloWorld" + std::to_string(6 - seconds);
        connections.emplace_back(io, name, path).start(server, name);
    }
    while (io.run_one() > 0) {
    }
    std::cout << "FINISHED" << std::endl;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        fetch(argc > 1 ? argv[1] : "127.0.0.1:8080");
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
    return 0;
}
