use nearsong_standin::SpotifySetting;
use serde_json::Value;

use crate::client::{Client, SCOPES};

#[test]
fn a_person_signs_in_and_the_tokens_work() {
    let mut client = Client::signed_out(SpotifySetting::default());
    let tokens = client.sign_in(SCOPES);
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&Value::from("Bearer"), &Value::from(3600)));
    assert_eq!(tokens["scope"], SCOPES);
    let profile = client.get("/me").json();
    assert_eq!((&profile["id"], &profile["account_id"]), (&Value::from("ana"), &Value::from("account-of-ana")));

    client.wait(3600);
    let refused = client.get("/me");
    assert_eq!((refused.status, refused.message().as_str()), (401, "The access token expired"));
    let refreshed = client.refresh(tokens["refresh_token"].as_str().unwrap()).json();
    assert!(refreshed.get("refresh_token").is_none(), "no rotation");
    client.access_token = refreshed["access_token"].as_str().unwrap().to_owned();
    assert_eq!(client.get("/me").status, 200);
}
