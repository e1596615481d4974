use super::{
    answer::{Answer, Body},
    request::Request,
    state::{Delivery, State},
};
use crate::StandinError;

/// Opens the consent page at an address and sends its form, as a browser does. Gives the address that it is led to then.
pub(crate) fn answer_consent(
    state: &mut State,
    authorize_url: &str,
    user_id: &str,
    agrees: bool,
) -> Result<String, StandinError> {
    let (address, query) = authorize_url.split_once('?').unwrap_or((authorize_url, ""));
    let path = address.strip_prefix(&state.accounts_url).unwrap_or(address).to_owned();
    let form = form_urlencoded::Serializer::new(query.to_owned())
        .append_pair("user", user_id)
        .append_pair("answer", if agrees { "agree" } else { "cancel" })
        .finish();
    let opened = Request { method: "GET".to_owned(), path, query: query.to_owned(), ..Request::default() };
    let sent =
        Request { method: "POST".to_owned(), path: opened.path.clone(), body: form.into_bytes(), ..Request::default() };
    for request in [opened, sent] {
        let Delivery::Whole(answer) = state.serve(&request) else { return Err(no_consent("the connection was cut")) };
        if let Some((_, location)) = answer.headers.iter().find(|(name, _)| *name == "location") {
            return Ok(location.clone());
        }
        if answer.status != 200 {
            return Err(no_consent(&said(&answer)));
        }
    }
    Err(no_consent("the page led nowhere"))
}

/// The heading of a page, or its status where it has none.
fn said(answer: &Answer) -> String {
    let heading = match &answer.body {
        Body::Html(page) => page.split_once("<h1>").and_then(|(_, rest)| rest.split_once("</h1>")),
        _ => None,
    };
    heading.map_or_else(|| format!("status {}", answer.status), |(heading, _)| heading.to_owned())
}

fn no_consent(said: &str) -> StandinError {
    StandinError::NoConsent { said: said.to_owned() }
}
