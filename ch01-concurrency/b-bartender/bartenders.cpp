// What each kind of bartender does next. No step looks into the future, and none is begun before
// its time.
#include "bartenders.hpp"

#include <algorithm>

void WaitingBartender::take_turn() {
    if (queue_.next() > shift_.now()) {
        shift_.idle_until(queue_.next());
        return;
    }
    queue_.take();
    shift_.work(times_.order);
    shift_.idle_until(shift_.now() + times_.pour);
    shift_.work(times_.serve);
    shift_.served();
}

// What is ready goes first: a glass that stands there has somebody waiting for it.
void AsynchronousBartender::take_turn() {
    if (!pouring_.empty() && pouring_.front().ready <= shift_.now()) {
        const Drink drink = pouring_.front();
        pouring_.pop_front();
        serve(drink);
    } else if (queue_.next() <= shift_.now()) {
        take_order();
    } else {
        shift_.idle_until(next_event());
    }
}

void AsynchronousBartender::take_order() {
    at_hand_ = queue_.take();
    shift_.work(times_.order);
    pouring_.push_back({at_hand_, shift_.now() + times_.pour});
}

void AsynchronousBartender::serve(const Drink& drink) {
    if (drink.customer != at_hand_) {
        shift_.change(times_.change);
        at_hand_ = drink.customer;
    }
    shift_.work(times_.serve);
    shift_.served();
}

Seconds AsynchronousBartender::next_event() const {
    return pouring_.empty() ? queue_.next() : std::min(queue_.next(), pouring_.front().ready);
}
