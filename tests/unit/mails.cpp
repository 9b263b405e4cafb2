// Mail: the alternating tickets, the truncated count of sections, and the bit of a sleeper. Also
// the bytes that the message engine sends.

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <limits>

#include "mpilock/policy/mail.hpp"
#include "mpilock/policy/message.hpp"

namespace {

using mpilock::mail;

constexpr std::uint64_t cut = (std::uint64_t{1} << 48) - 1;

}  // namespace

BOOST_AUTO_TEST_CASE(mail_survives_packing) {
  for (const std::uint64_t ticket : {1U, 2U}) {
    for (const std::uint64_t sections : {std::uint64_t{0}, std::uint64_t{1}, cut}) {
      for (const bool is_call : {false, true}) {
        const std::uint64_t bits = mail{ticket, sections, is_call}.pack();
        BOOST_TEST((bits & mail::asleep) == 0u);
        for (const std::uint64_t word : {bits, bits | mail::asleep}) {
          BOOST_TEST(mail::unpack(word).ticket == ticket);
          BOOST_TEST(mail::unpack(word).sections == sections);
          BOOST_TEST(mail::unpack(word).is_call == is_call);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(two_tickets_alternate) {
  BOOST_TEST(mail::ticket_after(1) == 2u);
  BOOST_TEST(mail::ticket_after(2) == 1u);
  BOOST_TEST(mail::unpack(0).ticket == 0u);  // an empty mailbox has neither ticket
  BOOST_TEST(mail::unpack(mail::asleep).ticket == 0u);
}

BOOST_AUTO_TEST_CASE(sections_in_a_mail_extend_what_is_known) {
  const std::uint64_t beyond = 5 * (cut + 1);
  for (const std::uint64_t known : {std::uint64_t{0}, cut, cut + 1, beyond + 17}) {
    for (const std::uint64_t further : {std::uint64_t{0}, std::uint64_t{1}, cut / 2}) {
      const std::uint64_t now = known + further;
      BOOST_TEST(mail::unpack(mail{2, now}.pack()).sections_near(known) == now);
    }
  }
}

BOOST_AUTO_TEST_CASE(messages_survive_the_wire) {
  using mpilock::access;
  using mpilock::message;
  using mpilock::verb;
  const auto most = std::numeric_limits<std::uint64_t>::max();
  for (const verb what : {verb::enter, verb::leave, verb::give_up, verb::granted, verb::refused}) {
    for (const access kind : {access::read, access::write}) {
      for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{7}, most}) {
        const message back = message::unpack(message{what, kind, number, ~number}.pack());
        BOOST_TEST((back.what == what && back.kind == kind));
        BOOST_TEST(back.ticket == number);
        BOOST_TEST(back.sections == ~number);
      }
    }
  }
}
