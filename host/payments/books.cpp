#include "host/payments/books.hpp"

#include <algorithm>

namespace turnpike::payments {
namespace {

int64_t captured_surcharge(const BooksInput& in) {
    if (in.surcharge == 0 || in.captured >= in.total) return std::min(in.surcharge, in.captured);
    return money::surcharge_part(in.surcharge, in.captured, in.total);
}

int64_t deducted_fee(const BooksInput& in) {
    return in.deduct == Deduct::yes ? std::min(in.fee, principal(in)) : 0;
}

}  // namespace

int64_t principal(const BooksInput& in) { return in.captured - captured_surcharge(in); }

int64_t credited(const BooksInput& in) { return in.hold == Hold::yes ? 0 : principal(in) - deducted_fee(in); }

Books books(const BooksInput& in) {
    const int64_t reversed = std::max<int64_t>(0, money::add(in.reversed_refunds, in.reversed_disputes));
    Books out;
    out.provider = in.captured - in.fee - reversed;
    if (in.hold == Hold::yes) {
        out.suspense = reversed - in.captured;
        out.fees = in.fee;
        return out;
    }
    const int64_t surcharge = captured_surcharge(in);
    const int64_t principal = in.captured - surcharge;
    const int64_t fee = deducted_fee(in);
    // Principal goes back first, then surcharge; what exceeds both is somebody's mistake and waits for an operator.
    const int64_t back_principal = std::min(reversed, principal);
    const int64_t back_surcharge = std::min(reversed - back_principal, surcharge);
    const int64_t debited = std::min(back_principal, principal - fee);
    out.customer = -(principal - fee) + debited;
    out.surcharge = -surcharge + back_surcharge;
    out.fees = in.fee - fee + (back_principal - debited);
    out.suspense = reversed - back_principal - back_surcharge;
    return out;
}

Books operator-(const Books& a, const Books& b) {
    return {a.provider - b.provider, a.customer - b.customer, a.surcharge - b.surcharge, a.fees - b.fees,
            a.suspense - b.suspense};
}

}  // namespace turnpike::payments
