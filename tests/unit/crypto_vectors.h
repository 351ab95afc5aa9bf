// tests/unit/crypto_vectors.h — Keys and tokens made with openssl(1); the private keys are gone.
// All tokens end in the year 2100.
#pragma once

namespace billet::tests {

inline constexpr char kRsaPublic[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAxyEYig4bdza+/NxPXabl\n"
    "PkH8g5I3wrxnPJkiiiYpT73F9RM31nGu+yEiwysBpcii8HaDyMzjvb0EztpYRg3B\n"
    "5DkTg3RoPgwMttnO5NABO17kuyAVhgzH6d2LhBGvcTLG3eUPNQJ4nJtwOZJ2Vlol\n"
    "2d4M/GGJ5hziQ8NZF3FJjO9UOZrwngyXKgDsdFMW5aTggERuC2z8oRNH5fDmzo0E\n"
    "BJlshZKumfecSBTyzT/2G8pHWCDZ6iR1LD1q+SXEKsWP14ukcxNAAWtWyhTnB7OA\n"
    "v0sHolsKUKCGhbknr4rIQVvb5Fu1NHU3OBjLmRx5z7DwsP1cfyFxT3asN61/z8cN\n"
    "VwIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr char kRsaWeakPublic[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDaXoVSEMJVRMMxmFyLEM6dmSIA\n"
    "xH2SapP3TEI4V8lzv+A9Rz9730miKBc7DehAff8PQsSNW89lc7MyTNxMW1dxaoi2\n"
    "0C6AjM8ZmGTBKXykX9+/1Dy//RpizX7fWFAkadkxRlExR2aX0tzPnRXFNN+riKOh\n"
    "9MnT0YN10hGbMSFB3wIDAQAB\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr char kEcPublic[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqaruKvlDkewRjN+PKkTzhIcuKl8/\n"
    "XPJ6bMYewTn2BBXpyoFzize0XOySSq9FqFfq73lhke+GxdwIlVEOXgsx2g==\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr char kEcP384Public[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEhUyUZ1Ft/dNKDZ9/YG27cbA355hfMGyd\n"
    "NMrdaVyEIFox6EN8jyO7zJuJtmL3PYOA87pgtCH2PoLASLDAEi15PPme9on3jCpE\n"
    "vP7RVGCtZFqZ05TA4ovHY5PbHHp/VpCM\n"
    "-----END PUBLIC KEY-----\n";

inline constexpr char kJwks[] =
    "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r1\",\"alg\":\"RS256\",\"use\":\"sig\",\"n\":\"xyEYig4bdza-_"
    "NxPXablPkH8g5I3wrxnPJki"
    "iiYpT73F9RM31nGu-yEiwysBpcii8HaDyMzjvb0EztpYRg3B5DkTg3RoPgwMttnO5NABO17kuyAVhgzH6d2LhBGvcTLG3eUPNQJ4"
    "nJtwOZJ2Vlol2d4M_GGJ5hziQ8NZF3FJjO9UOZrwngyXKgDsdFMW5aTggERuC2z8oRNH5fDmzo0EBJlshZKumfecSBTyzT_2G8pH"
    "WCDZ6iR1LD1q-SXEKsWP14ukcxNAAWtWyhTnB7OAv0sHolsKUKCGhbknr4rIQVvb5Fu1NHU3OBjLmRx5z7DwsP1cfyFxT3asN61_"
    "z8cNVw\",\"e\":\"AQAB\"},{\"kty\":\"EC\",\"kid\":\"e1\",\"crv\":\"P-256\",\"x\":\"qaruKvlDkewRjN-PKkTzhIcuKl8_"
    "XPJ6bMYewT"
    "n2BBU\",\"y\":\"6cqBc4s3tFzskkqvRahX6u95YZHvhsXcCJVRDl4LMdo\"},{\"kty\":\"OKP\",\"kid\":\"o1\",\"crv\":"
    "\"Ed25519\",\"x"
    "\":\"AA\"}]}";

// iss https://rsa.example, aud billet, sub r-7, preferred_username Rita, typ at+jwt, kid r1.
inline constexpr char kRs256Token[] =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCIsImtpZCI6InIxIn0.eyJpc3MiOiJodHRwczovL3JzYS5leGFtcGxlIiwiYXVk"
    "IjoiYmlsbGV0Iiwic3ViIjoici03IiwiZXhwIjo0MTAyNDQ0ODAwLCJwcmVmZXJyZWRfdXNlcm5hbWUiOiJSaXRhIn0.IbyuJzfR"
    "XVyK1-mYW-KsallPPK_YAwfpQjTSwXZT4Ddu3ndaLByf6Kkhvet7yqP2h9ucq90bxp2jPZ8dUqyw7bztUjdahutgZMohZRl-yUw0"
    "Vuplf5JtG1OOXOIVxh8FDxPWij8UT5epcb_wPPNWojNSkHsdEZE0hIWun1J0xBdNnWTsdN-pE1bADd8-INMTWFyUzjLnw6Oz3B9D"
    "49RqGjio6wu2qzfVXVRELP1HXBdtHn5HvA-71wR1Q_jultgsMVT9f9l7WTZcj7voA8Rry5wNinnC_mQRMq4EOxF8Y4N-PmFdMLR2"
    "jAoZC-xODIJcjtQmGOO1PRXuLGnfLBayIg";

// iss https://ec.example, aud [other, billet], sub e-9, nbf and iat in 2023, name Edda, kid e1.
inline constexpr char kEs256Token[] =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUxIn0.eyJpc3MiOiJodHRwczovL2VjLmV4YW1wbGUiLCJhdWQiOlsib3RoZXIiLCJiaWxs"
    "ZXQiXSwic3ViIjoiZS05IiwiZXhwIjo0MTAyNDQ0ODAwLCJuYmYiOjE3MDAwMDAwMDAsImlhdCI6MTcwMDAwMDAwMCwibmFtZSI6"
    "IkVkZGEifQ.vRR_hRT4ZKpjBCU2mDiIfWDa5CZ4iJ8Rtj1ZHaugmPwGjxLIF3DpP8tUuOMTceggbVOn_b1c9YRzd4XuZEyd1Q";

// The same signed part with the other of ECDSA's two valid signatures.
inline constexpr char kEs256Twin[] =
    "eyJhbGciOiJFUzI1NiIsImtpZCI6ImUxIn0.eyJpc3MiOiJodHRwczovL2VjLmV4YW1wbGUiLCJhdWQiOlsib3RoZXIiLCJiaWxs"
    "ZXQiXSwic3ViIjoiZS05IiwiZXhwIjo0MTAyNDQ0ODAwLCJuYmYiOjE3MDAwMDAwMDAsImlhdCI6MTcwMDAwMDAwMCwibmFtZSI6"
    "IkVkZGEifQ.vRR_hRT4ZKpjBCU2mDiIfWDa5CZ4iJ8Rtj1ZHaugmPz5cO026I8WwTSrRxzsjhffT5NSr-m6qQCAQkTUmBaHfA";

// Signed by the RSA key, with the claims of the other issuer.
inline constexpr char kRs256OfEcIssuer[] =
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2VjLmV4YW1wbGUiLCJhdWQiOlsib3RoZXIiLCJiaWxsZXQiXSwic3ViIjo"
    "iZS05IiwiZXhwIjo0MTAyNDQ0ODAwLCJuYmYiOjE3MDAwMDAwMDAsImlhdCI6MTcwMDAwMDAwMCwibmFtZSI6IkVkZGEifQ.Jgzf"
    "9zo4Bkb2V3c9YTV5u_SYTCfm4TOV8cg38-vm11GY09C5uRNm0IRap2p9f4pvoAqTaqSIF17gPtROsS_jcN9A9Jkt7DM81kIWU9_m"
    "eDjnmpPY62CNTGHfhbK6dNIKaecJkjyeTuqHezbGX3jYpr4LHeRb041CCr6GThnjmPP6Gn-4bYKezvu2mnx98uuTWK06aZyvr9En"
    "dkMNpSh3KFS-yAKf4QHaW3B14o4xONBH9L5p62rpeX8UtaJCS2X1FeYOuORa48q8YuuayzemaU_2SCLFPKhZzHPssc86QLgK7sas"
    "g5IHxVhc9at-PoWuOvgG2ODfKHnYtKE8j-0QIQ";

}  // namespace billet::tests
