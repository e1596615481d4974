use std::fmt::Write as _;

use super::{
    answer::Answer,
    grants::{Code, Consent},
    redirect,
    request::Request,
    scope,
    state::State,
};

/// What an app asks a person for, checked.
struct Asked {
    redirect_uri: String,
    state: Option<String>,
    challenge: String,
    scopes: Vec<String>,
}

/// `GET /authorize`: the page on which a person agrees or cancels.
pub(crate) fn consent_page(state: &State, request: &Request) -> Answer {
    match asked(state, |name| request.param(name)) {
        Ok(asked) => Answer::html(200, page(state, request, &asked)),
        Err(answer) => answer,
    }
}

/// `POST /authorize`: the form of that page. Its fields are those of the query, `user` (an id) and `answer` (`agree` or `cancel`).
pub(crate) fn consent(state: &mut State, request: &Request) -> Answer {
    let asked = match asked(state, |name| request.field(name)) {
        Ok(asked) => asked,
        Err(answer) => return answer,
    };
    if request.field("answer").as_deref() != Some("agree") {
        return back(&asked, "error", "access_denied");
    }
    let user_id = request.field("user").filter(|id| state.account_index(id).is_some());
    let Some(user_id) = user_id else { return refused("There is no such user") };
    let consent = Consent { user_id, scopes: asked.scopes.clone(), given_at: state.now() };
    let (redirect_uri, challenge) = (asked.redirect_uri.clone(), asked.challenge.clone());
    let code = state.grants.add_code(&mut state.ids, Code { consent, redirect_uri, challenge, is_used: false });
    back(&asked, "code", &code)
}

/// Checks what was asked for. What cannot be trusted is answered with a page, as the redirect address may be somebody else's.
fn asked(state: &State, param: impl Fn(&str) -> Option<String>) -> Result<Asked, Answer> {
    if param("client_id").as_deref() != Some(state.setting.client_id.as_str()) {
        return Err(refused("INVALID_CLIENT: Invalid client"));
    }
    let redirect_uri = param("redirect_uri").unwrap_or_default();
    if !redirect::is_allowed(&state.setting.redirect_uris, &redirect_uri) {
        return Err(refused("INVALID_CLIENT: Invalid redirect URI"));
    }
    if param("response_type").as_deref() != Some("code") {
        return Err(refused("response_type must be code"));
    }
    if param("code_challenge_method").as_deref() != Some("S256") {
        return Err(refused("code_challenge_method must be S256"));
    }
    let challenge = param("code_challenge").unwrap_or_default();
    if challenge.len() != 43 {
        return Err(refused("code_challenge must be the SHA-256 of the verifier, base64url without padding"));
    }
    let scopes: Vec<String> = param("scope").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    let is_known = scopes.iter().all(|scope| scope::in_words(scope).is_some());
    let asked = Asked { redirect_uri, state: param("state"), challenge, scopes };
    if is_known { Ok(asked) } else { Err(back(&asked, "error", "invalid_scope")) }
}

/// Leads back to the app, with the state that it gave.
fn back(asked: &Asked, name: &str, value: &str) -> Answer {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(name, value);
    if let Some(state) = &asked.state {
        query.append_pair("state", state);
    }
    let mark = if asked.redirect_uri.contains('?') { '&' } else { '?' };
    Answer::redirect(format!("{}{mark}{}", asked.redirect_uri, query.finish()))
}

fn refused(message: &str) -> Answer {
    Answer::html(400, document("Sign-in refused", &format!("<h1>{}</h1>\n", escaped(message))))
}

fn page(state: &State, request: &Request, asked: &Asked) -> String {
    let app = escaped(&state.setting.app_name);
    let mut body = format!("<h1>{app} asks for your agreement</h1>\n<form method=\"post\" action=\"/authorize\">\n");
    for (name, value) in form_urlencoded::parse(request.query.as_bytes()) {
        let (name, value) = (escaped(&name), escaped(&value));
        let _ = writeln!(body, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    }
    body += "<fieldset>\n<legend>You are</legend>\n";
    for (at, account) in state.accounts.iter().enumerate() {
        let id = escaped(&account.user.id);
        let name = escaped(account.user.display_name.as_deref().unwrap_or(&account.user.id));
        let checked = if at == 0 { " checked" } else { "" };
        let _ = writeln!(
            body,
            "<label><input type=\"radio\" name=\"user\" value=\"{id}\"{checked}> {name} (made up)</label><br>"
        );
    }
    let _ = writeln!(body, "</fieldset>\n<p>{app} will be able to:</p>\n<ul>\n<li>See your name and picture</li>");
    for words in asked.scopes.iter().filter_map(|scope| scope::in_words(scope)) {
        let _ = writeln!(body, "<li>{words}</li>");
    }
    body += "</ul>\n<button name=\"answer\" value=\"agree\">Agree</button>\n";
    body += "<button name=\"answer\" value=\"cancel\">Cancel</button>\n</form>\n";
    body += "<p>This is a stand-in for Spotify on your own computer. Nobody here is real, and nothing leaves it.</p>\n";
    document(&format!("Sign in to {app}"), &body)
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
         <style>body {{ font: 1.1rem/1.5 sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem }} \
         button {{ font: inherit; padding: .5rem 1.5rem }}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
