// tests/contract/store_users.cpp — Rules of users, sessions and blocks, on both stores.
#include "lib/base/session_id.h"
#include "lib/base/text.h"
#include "tests/contract/store_case.h"

#include "CppUTest/TestHarness.h"

using namespace billet;
using namespace billet::chat;
using billet::contract::block;
using billet::contract::StoreCase;

namespace {

template <typename T>
bool fails_with(const Result<T>& result, Code code) {
    return !result.ok() && result.error().code == code;
}

Time in_an_hour() {
    return now() + std::chrono::hours{1};
}

bool same(const User& one, const User& other) {
    return one.id == other.id && one.username == other.username && one.display_name == other.display_name &&
           one.role == other.role && one.created_at == other.created_at && one.disabled == other.disabled;
}

}  // namespace

STORE_RULES()

STORE_RULE(AUserIsFoundByIdAndExactName) {
    const User made = on.user("ann");

    CHECK_TRUE(same(made, *on.store().user(made.id)));
    CHECK_TRUE(same(made, *on.store().user_by_name(made.username)));
    CHECK_TRUE(on.store().credentials(made.username)->password_hash == "hash-of-ann");
    CHECK_TRUE(fails_with(on.store().user_by_name(made.username + " "), Code::kNotFound));
    CHECK_TRUE(fails_with(on.store().user_by_name("A" + made.username.substr(1)), Code::kNotFound));
    CHECK_TRUE(fails_with(on.store().user_by_name("\xC3\xA9"), Code::kNotFound));
    CHECK_TRUE(fails_with(on.store().user(UserId{kIdMax}), Code::kNotFound));
}

STORE_RULE(ANameBelongsToOneUser) {
    const User made = on.user("ann");

    auto second = on.store().create_user({made.username, "Other", "h", {}, {}, Role::kUser});

    CHECK_TRUE(fails_with(second, Code::kConflict));
    CHECK_TRUE(on.store().user(made.id)->display_name == "ann");
}

STORE_RULE(AHostsUserIsFoundByIssuerAndExternalId) {
    const std::string external = StoreCase::unique("ext");
    const NewUser wish{StoreCase::unique("hosted"), "H", {}, "https://host.example", external, Role::kAdmin};
    const User made = *on.store().create_user(wish);

    CHECK_TRUE(same(made, *on.store().user_by_external_id("https://host.example", external)));
    CHECK_TRUE(made.role == Role::kAdmin);
    CHECK_TRUE(on.store().credentials(made.username)->password_hash.empty());
    CHECK_TRUE(fails_with(on.store().user_by_external_id("https://other.example", external), Code::kNotFound));
    NewUser again = wish;
    again.username = StoreCase::unique("hosted");
    CHECK_TRUE(fails_with(on.store().create_user(again), Code::kConflict));
}

STORE_RULE(ANewUserHasAnEmptyLog) {
    const User made = on.user("ann");

    const LogHead head = *on.store().head(made.id);

    CHECK_TRUE(head.user == made.id && head.head == Cursor{} && head.floor == Cursor{});
    CHECK_TRUE(head.total_unread == 0 && head.rooms_unread == 0);
    CHECK_TRUE(on.store().events(made.id, Cursor{}, 10)->events.empty());
    CHECK_TRUE(fails_with(on.store().head(UserId{kIdMax}), Code::kNotFound));
}

STORE_RULE(APrefixFindsNamesInOrderAndTakesNoWildcards) {
    const std::string stem = StoreCase::unique("p");
    for (const char* end : {"_c", "_a", "xb", "_b"}) {
        CHECK_TRUE(on.store().create_user({stem + end, "P", "h", {}, {}, Role::kUser}).ok());
    }

    const std::vector<User> found = *on.store().users_by_prefix(stem + "_", 2);

    LONGS_EQUAL(2, found.size());
    CHECK_TRUE(found[0].username == stem + "_a" && found[1].username == stem + "_b");
    LONGS_EQUAL(4, on.store().users_by_prefix(stem, 20)->size());
    LONGS_EQUAL(0, on.store().users_by_prefix(stem + "%", 20)->size());
    LONGS_EQUAL(0, on.store().users_by_prefix("\xC3\xA9", 20)->size());
}

STORE_RULE(WhatChangesOfAUserIsReadBack) {
    const User made = on.user("ann");

    const std::string name = "\xF0\x9F\x90\xB8 Ann\xC3\xA9 ";
    CHECK_TRUE(on.store().set_display_name(made.id, name)->display_name == name);
    CHECK_TRUE(on.store().set_display_name(made.id, name).ok());
    CHECK_TRUE(on.store().set_disabled(made.id, true).ok());

    const Credentials found = *on.store().credentials(made.username);
    CHECK_TRUE(found.user.display_name == name && found.user.disabled);
    CHECK_TRUE(on.store().set_disabled(made.id, false).ok());
    CHECK_FALSE(on.store().user(made.id)->disabled);
    CHECK_TRUE(fails_with(on.store().set_display_name(UserId{kIdMax}, name), Code::kNotFound));
    CHECK_TRUE(fails_with(on.store().set_disabled(UserId{kIdMax}, true), Code::kNotFound));
}

STORE_RULE(APasswordHashIsReplacedOnlyByWhoKnowsIt) {
    const User ann = *on.store().create_user({StoreCase::unique("ann"), "Ann", "$old$Hash", {}, {}, Role::kUser});
    const User bob = *on.store().create_user({StoreCase::unique("bob"), "Bob", "$old$Hash", {}, {}, Role::kUser});
    const auto hash_of = [&on](const User& user) { return on.store().credentials(user.username)->password_hash; };

    CHECK_TRUE(on.store().replace_password_hash(ann.id, "$old$Hash", "$new$Hash").ok());
    CHECK_TRUE(hash_of(ann) == "$new$Hash" && hash_of(bob) == "$old$Hash");

    for (const char* stale : {"$old$Hash", "$NEW$hash", "$new$Hash ", ""}) {
        CHECK_TRUE(on.store().replace_password_hash(ann.id, stale, "$another$Hash").ok());
        CHECK_TRUE(hash_of(ann) == "$new$Hash");
    }
}

STORE_RULE(AnAccountWithoutPasswordGetsNone) {
    const User host_user = *on.store().create_user(
        {StoreCase::unique("ann"), "Ann", {}, "https://host", StoreCase::unique("x"), Role::kUser});

    CHECK_TRUE(on.store().replace_password_hash(host_user.id, "", "$new$Hash").ok());

    CHECK_TRUE(on.store().credentials(host_user.username)->password_hash.empty());
}

STORE_RULE(AnIdentityNamesTheUsersOwnSessionOnly) {
    const User ann = on.user("ann");
    const User bob = on.user("bob");
    const Session session{StoreCase::unique("s"), ann.id, 1, in_an_hour(), false};
    CHECK_TRUE(on.store().create_session(session).ok());

    const Identity own = *on.store().identity(ann.id, session.id);

    CHECK_TRUE(own.user.id == ann.id && own.session && own.session->id == session.id);
    CHECK_TRUE(own.session->expires_at == session.expires_at && own.session->refresh_generation == 1);
    CHECK_FALSE(own.session->revoked);
    CHECK_FALSE(on.store().identity(bob.id, session.id)->session.has_value());
    CHECK_FALSE(on.store().identity(ann.id, "none")->session.has_value());
    CHECK_TRUE(fails_with(on.store().identity(UserId{kIdMax}, session.id), Code::kNotFound));
}

STORE_RULE(ARefreshGenerationIsSpentOnce) {
    const User ann = on.user("ann");
    const Session session{StoreCase::unique("s"), ann.id, 1, in_an_hour(), false};
    CHECK_TRUE(on.store().create_session(session).ok());
    const Time later = in_an_hour() + std::chrono::hours{1};

    CHECK_TRUE(*on.store().rotate_session(session.id, 1, later));
    CHECK_FALSE(*on.store().rotate_session(session.id, 1, later));

    const Session found = *on.store().session(session.id);
    CHECK_TRUE(found.refresh_generation == 2 && found.expires_at == later && found.user == ann.id);
    CHECK_FALSE(*on.store().rotate_session("none", 1, later));
}

STORE_RULE(ARevokedSessionStaysRevoked) {
    const User ann = on.user("ann");
    const Session session{StoreCase::unique("s"), ann.id, 1, in_an_hour(), false};
    CHECK_TRUE(on.store().create_session(session).ok());

    CHECK_TRUE(on.store().revoke_session(session.id, ann.id, session.expires_at).ok());
    CHECK_TRUE(on.store().revoke_session(session.id, ann.id, session.expires_at).ok());

    CHECK_TRUE(on.store().session(session.id)->revoked);
    CHECK_FALSE(*on.store().rotate_session(session.id, 1, in_an_hour()));
}

STORE_RULE(AHostsSessionHasARowOnceItIsRevoked) {
    const User ann = on.user("ann");
    const std::string id = StoreCase::unique("host");
    CHECK_TRUE(fails_with(on.store().session(id), Code::kNotFound));

    CHECK_TRUE(on.store().revoke_session(id, ann.id, in_an_hour()).ok());

    CHECK_TRUE(on.store().identity(ann.id, id)->session->revoked);
}

STORE_RULE(DisablingEndsEverySessionForGood) {
    const User ann = on.user("ann");
    const Session session{StoreCase::unique("s"), ann.id, 1, in_an_hour(), false};
    CHECK_TRUE(on.store().create_session(session).ok());

    CHECK_TRUE(on.store().set_disabled(ann.id, true).ok());
    CHECK_TRUE(on.store().set_disabled(ann.id, false).ok());

    CHECK_TRUE(on.store().session(session.id)->revoked);
    CHECK_FALSE(*on.store().rotate_session(session.id, 1, in_an_hour()));
    const auto ended_at = on.store().identity(ann.id, session.id)->sessions_ended_at;
    CHECK_TRUE(ended_at && *ended_at <= now() && *ended_at > now() - std::chrono::minutes{5});
    const Session next{StoreCase::unique("s"), ann.id, 1, in_an_hour(), false};
    CHECK_TRUE(on.store().create_session(next).ok());
    CHECK_FALSE(is_ended(*on.store().identity(ann.id, next.id), next.id));
}

STORE_RULE(EnablingWhatIsEnabledEndsNothing) {
    const User ann = on.user("ann");
    const Session session{StoreCase::unique("s"), ann.id, 1, in_an_hour(), false};
    CHECK_TRUE(on.store().create_session(session).ok());
    const auto before = on.store().identity(ann.id, session.id)->sessions_ended_at;

    CHECK_TRUE(on.store().set_disabled(ann.id, false).ok());

    CHECK_FALSE(on.store().session(session.id)->revoked);
    CHECK_TRUE(on.store().identity(ann.id, session.id)->sessions_ended_at == before);
}

STORE_RULE(NobodyElsesSessionEndsWithAnAccount) {
    const User ann = on.user("ann");
    const User bob = on.user("bob");
    const Session session{StoreCase::unique("s"), bob.id, 1, in_an_hour(), false};
    CHECK_TRUE(on.store().create_session(session).ok());

    CHECK_TRUE(on.store().set_disabled(ann.id, true).ok());

    CHECK_FALSE(on.store().session(session.id)->revoked);
}

STORE_RULE(ADisabledAccountGetsNoSession) {
    const User ann = on.user("ann");
    CHECK_TRUE(on.store().set_disabled(ann.id, true).ok());

    const auto made = on.store().create_session({StoreCase::unique("s"), ann.id, 1, in_an_hour(), false});

    CHECK_TRUE(fails_with(made, Code::kAccountDisabled));
    CHECK_TRUE(fails_with(on.store().create_session({StoreCase::unique("s"), UserId{kIdMax}, 1, in_an_hour(), false}),
                          Code::kNotFound));
}

STORE_RULE(AHostsSessionFromBeforeTheEndIsOverWithoutARow) {
    const User ann = on.user("ann");
    const std::string hash = random_id();
    const std::string old = host_session_id(hash, now() - std::chrono::hours{1});
    const std::string next = host_session_id(hash, now() + std::chrono::hours{1});
    const auto states = [&] {
        const std::vector<HeadQuestion> questions{{ann.id, old}, {ann.id, next}};
        return *on.store().heads(questions);
    };
    CHECK_TRUE(states()[1].state == SessionState::kOk);

    CHECK_TRUE(on.store().set_disabled(ann.id, true).ok());
    CHECK_TRUE(states()[0].state == SessionState::kDisabled);
    CHECK_TRUE(on.store().set_disabled(ann.id, false).ok());

    CHECK_TRUE(states()[0].state == SessionState::kRevoked);
    CHECK_TRUE(states()[1].state == SessionState::kOk);
    CHECK_TRUE(is_ended(*on.store().identity(ann.id, old), old));
    CHECK_FALSE(is_ended(*on.store().identity(ann.id, next), next));
}

STORE_RULE(AHostsRevokedSessionIsKnownWhateverItsIdSaysOfTheTime) {
    const User ann = on.user("ann");
    const std::string hash = random_id();
    const std::string id = host_session_id(hash, now());

    CHECK_TRUE(on.store().revoke_session(id, ann.id, in_an_hour()).ok());

    CHECK_TRUE(on.store().identity(ann.id, id)->session->revoked);
    CHECK_TRUE(on.store().session("h" + hash)->revoked);
    CHECK_TRUE(on.store().session(host_session_id(hash, in_an_hour()))->revoked);
    const std::vector<HeadQuestion> questions{{ann.id, id}};
    CHECK_TRUE(on.store().heads(questions)->at(0).state == SessionState::kRevoked);
}

STORE_RULE(BlocksAreListedInTheOrderOfIds) {
    const User ann = on.user("ann");
    const User bob = on.user("bob");
    const User cid = on.user("cid");

    CHECK_TRUE(*block(on.store(), ann.id, cid.id, true));
    CHECK_TRUE(*block(on.store(), ann.id, bob.id, true));
    CHECK_FALSE(*block(on.store(), ann.id, bob.id, true));

    const BlockPage page = *on.store().blocks(ann.id, UserId{}, 10);
    LONGS_EQUAL(2, page.users.size());
    CHECK_TRUE(page.users[0].id == bob.id && page.users[1].id == cid.id && !page.next);
    const BlockPage first = *on.store().blocks(ann.id, UserId{}, 1);
    CHECK_TRUE(first.users.size() == 1 && first.next == bob.id);
    CHECK_TRUE(on.store().blocks(ann.id, UserId{}, {10, 1})->next == bob.id);
    CHECK_TRUE(on.store().blocks(ann.id, bob.id, 1)->users.at(0).id == cid.id);
    CHECK_FALSE(on.store().blocks(ann.id, bob.id, 1)->next.has_value());
    CHECK_TRUE(*block(on.store(), ann.id, cid.id, false));
    CHECK_FALSE(*block(on.store(), ann.id, cid.id, false));
    LONGS_EQUAL(1, on.store().blocks(ann.id, UserId{}, 10)->users.size());
    LONGS_EQUAL(0, on.store().blocks(bob.id, UserId{}, 10)->users.size());
}

STORE_RULE(ABlockEitherWayAndADisabledPeerForbidMessages) {
    const User ann = on.user("ann");
    const User bob = on.user("bob");
    CHECK_TRUE(on.store().acquaintance(ann.id, bob.id)->can_message);

    CHECK_TRUE(block(on.store(), bob.id, ann.id, true).ok());
    CHECK_FALSE(on.store().acquaintance(ann.id, bob.id)->can_message);
    CHECK_FALSE(on.store().acquaintance(bob.id, ann.id)->can_message);

    CHECK_TRUE(block(on.store(), bob.id, ann.id, false).ok());
    CHECK_TRUE(on.store().set_disabled(bob.id, true).ok());
    CHECK_FALSE(on.store().acquaintance(ann.id, bob.id)->can_message);
    CHECK_TRUE(on.store().acquaintance(bob.id, ann.id)->can_message);
    CHECK_TRUE(fails_with(on.store().acquaintance(ann.id, UserId{kIdMax}), Code::kNotFound));
    CHECK_TRUE(fails_with(on.store().acquaintance(UserId{kIdMax}, ann.id), Code::kNotFound));
}
