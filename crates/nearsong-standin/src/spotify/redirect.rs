/// Whether a sign-in may lead to `asked`, by what the dashboard has: the same text, or, for an `http` loopback address that is
/// entered without a port, the same but for the port. Plain `http` to anything but a loopback IP literal is always refused.
pub(crate) fn is_allowed(registered: &[String], asked: &str) -> bool {
    let is_safe = asked.starts_with("https://") || loopback(asked).is_some();
    let fits = |entry: &String| {
        *entry == asked
            || match (loopback(entry), loopback(asked)) {
                (Some((host, "", path)), Some((asked_host, _, asked_path))) => host == asked_host && path == asked_path,
                _ => false,
            }
    };
    is_safe && registered.iter().any(fits)
}

/// Host, port (may be empty) and the rest of an `http` address of a loopback IP literal.
fn loopback(address: &str) -> Option<(&str, &str, &str)> {
    let rest = address.strip_prefix("http://")?;
    let host = ["127.0.0.1", "[::1]"].into_iter().find(|host| rest.starts_with(host))?;
    let rest = &rest[host.len()..];
    let (port, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let is_port = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| digits.parse::<u16>().is_ok_and(|number| number > 0));
    is_port.then_some((host, port, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_registered_and_safe_is_allowed() {
        let registered = [
            "http://127.0.0.1/callback",
            "http://[::1]:7000/callback",
            "https://music.example/callback",
            "http://localhost:8888/callback",
            "http://music.example/callback",
        ]
        .map(str::to_owned);
        let check = |asked, expected| assert_eq!(is_allowed(&registered, asked), expected, "{asked}");
        check("http://127.0.0.1/callback", true);
        check("http://127.0.0.1:43210/callback", true);
        check("http://127.0.0.1:43210/callback/", false);
        check("http://127.0.0.1:43210/Callback", false);
        check("http://127.0.0.1:0/callback", false);
        check("http://127.0.0.1:70000/callback", false);
        check("http://127.0.0.1.evil.example/callback", false);
        check("http://127.0.0.1@evil.example/callback", false);
        check("http://[::1]:7000/callback", true);
        check("http://[::1]:7001/callback", false);
        check("https://music.example/callback", true);
        check("https://music.example/other", false);
        check("http://localhost:8888/callback", false);
        check("http://music.example/callback", false);
    }
}
