"""What strangers, other sites and forged requests get: a refusal, and nothing is changed."""

from __future__ import annotations

import re

import pytest

from sheetflow.errors import SetupError
from sheetflow.ledger import decisions
from sheetflow.web.access import Access, neighbourhood
from sheetflow.web.app import DONE, SEEN, make_app
from sheetflow.web.hardening import LARGEST_BODY
from sheetflow.workspace import CHAPTER, Workspace
from tests.web.conftest import HERE, PASSWORD, token, words

OFF = "/recipes/welcome/off"
PATHS = sorted(
    path.format(recipe="welcome", person=f"email-{'0' * 64}-{'0' * 32}", change="0" * 32)
    for path in DONE
)


def is_untouched(folder) -> bool:
    """Whether nothing was decided, and nothing done; a login may have been kept."""
    with Workspace.open(folder).ledger() as ledger, ledger.database.reading() as connection:
        return decisions.count(connection) == 0 and ledger.epoch == 0


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("made_up", [None, "", "x", "ü" * 50])
def test_no_form_counts_without_the_token_of_its_session(browser, folder, path, made_up):
    browser.get("/")
    fields = {"other": "1"} if made_up is None else {"csrf": made_up}
    answer = browser.client.post(path, data=fields, headers={"origin": HERE})
    assert answer.status_code in (400, 403)
    assert is_untouched(folder)


def test_the_token_of_another_session_is_not_ours(browser, opened, folder):
    theirs = opened().csrf()
    assert browser.post(OFF, csrf=theirs).status_code == 403
    assert is_untouched(folder)


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9999"},
        {"origin": "http://localhost.evil.example:8787"},
        {"origin": "null"},
        {"origin": ""},
        {"origin": "http://[evil"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"sec-fetch-site": "cross-site", "origin": HERE},
        {"sec-fetch-site": "same-origin", "origin": "https://evil.example"},
    ],
    ids=str,
)
def test_a_form_from_another_site_is_refused_even_with_the_token(browser, folder, headers):
    answer = browser.client.post(OFF, data={"csrf": browser.csrf()}, headers=headers)
    assert answer.status_code == 403
    assert "This form was sent from another site. Nothing was done." in words(answer.text)
    assert is_untouched(folder)


def test_a_form_as_a_browser_sends_it_is_taken(browser, folder):
    headers = {"sec-fetch-site": "same-origin", "origin": HERE}
    answer = browser.client.post(OFF, data={"csrf": browser.csrf()}, headers=headers)
    assert "welcome is off." in words(answer.text)
    assert not is_untouched(folder)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8787",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "localhost:8787@evil.example",
        "localhost/evil",
        "localhost:",
        "localhost:123456",
        "127.0.0.2",
        "[::1]]",
        "",
        "localhost evil.example",
        "LOCALHOST\u00e9",
    ],
)
def test_no_other_name_is_answered_so_that_rebinding_a_name_is_in_vain(browser, host):
    answer = browser.client.get("/", headers={"host": host.encode()})
    assert answer.status_code == 421
    assert "Needs you" not in answer.text
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost:1", "127.0.0.1:8787", "[::1]:8787", "localhost.:80"]
)
def test_the_names_of_this_machine_are_answered(browser, host):
    assert browser.client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "via", "x-real-ip"])
def test_nobody_comes_in_without_a_login_through_a_proxy(opened, header):
    answer = opened().client.get("/", headers={header: "10.0.0.1"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_nobody_comes_in_without_a_login_from_elsewhere(opened):
    answer = opened(peer="192.168.1.9").get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_a_session_of_this_machine_ends_when_there_are_users(browser, folder, hashed_password):
    from sheetflow.web.access import Role
    from sheetflow.web.users import User, Users

    csrf = browser.csrf()
    Users(folder).keep(User("ada", Role.ADMIN, hashed_password))
    assert browser.get("/", follow_redirects=False).headers["location"] == "/login"
    assert browser.post(OFF, csrf=csrf).status_code == 403


@pytest.mark.parametrize("bound_to", ["0.0.0.0", "::", "192.168.1.5", "example.org", ""])
def test_a_public_door_without_users_is_not_opened(folder, bound_to):
    with pytest.raises(SetupError, match="Anybody could open the dashboard"):
        make_app(folder, access=Access(bound_to=bound_to, proxy_header="x-user"))


def test_a_public_door_with_users_asks_for_a_login(users, opened):
    access = Access("0.0.0.0", frozenset({"flow.example.org"}))
    browser = opened(access=access, url="https://flow.example.org", peer="203.0.113.5")
    assert browser.get("/").url.path == "/login"


@pytest.mark.parametrize(
    "name", ["https://flow.example.org", "flow.example.org/", "a b", "", "ü.de"]
)
def test_a_name_that_no_browser_sends_is_refused_before_anybody_waits_for_it(folder, name):
    with pytest.raises(SetupError, match="is no name of a host"):
        make_app(folder, access=Access(hosts=frozenset({name})))


@pytest.mark.parametrize("header", ["X Remote User", "X-Remote-User:", "ü"])
def test_a_header_that_no_proxy_sends_is_refused(folder, header):
    with pytest.raises(SetupError, match="is no name of a header"):
        make_app(folder, access=Access(proxy_header=header))


def test_a_name_with_its_port_is_that_name(users, opened):
    access = Access(hosts=frozenset({"Flow.example.org:8443"}))
    for url in ("https://flow.example.org:8443", "https://flow.example.org"):
        assert opened(access=access, url=url).get("/login").status_code == 200


@pytest.mark.parametrize("names", [{"flow.example.org"}, {"localhost", "flow.example.org"}])
def test_whoever_names_an_outside_needs_a_login_here_too(opened, names):
    """A proxy that is not told otherwise calls us by our own name, and says nothing of itself."""
    answer = opened(access=Access(hosts=frozenset(names))).get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("path", sorted({*SEEN, "/recipes/{recipe}/on"}))
def test_a_stranger_sees_no_page(users, browser, path):
    path = path.format(cause="0" * 32, recipe="welcome", run="x", person="row-" + "0" * 64)
    answer = browser.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ("/login", "/logout")])
def test_a_stranger_does_nothing(users, browser, folder, path):
    answer = browser.post(path, page="/login")
    assert answer.status_code == 403
    assert "You are not logged in any more." in words(answer.text)
    assert is_untouched(folder)


@pytest.mark.parametrize("path", [p for p in PATHS if p not in ("/login", "/logout", "/people")])
def test_a_viewer_does_nothing(logged_in, folder, path):
    answer = logged_in("vi").post(path)
    assert answer.status_code == 403
    assert "This needs the role " in words(answer.text)
    assert is_untouched(folder)


def test_an_approver_agrees_and_does_nothing_else(logged_in, folder):
    recipe = folder / "recipes/welcome/recipe.yaml"
    recipe.write_text(recipe.read_text("utf-8") + "\napprove: always\n", "utf-8")
    browser = logged_in("app")
    page = browser.get("/recipes/welcome/plan").text
    fields = dict(re.findall(r'name="(exact|but_for_time)" value="(\w+)"', page))
    assert "You gave your Go" in words(browser.post("/recipes/welcome/approve", **fields).text)
    assert browser.post(OFF).status_code == 403
    assert browser.get("/recipes/welcome/on").status_code == 403
    from sheetflow.workspace import Workspace

    with Workspace.open(folder).ledger() as ledger:
        decided = ledger.decided(CHAPTER, "welcome")
    assert (decided.approval.who, decided.switch) == ("app", None)


def test_a_viewer_is_offered_no_button_that_is_not_theirs(logged_in):
    browser = logged_in("vi")
    for path in ("/", "/recipes/welcome", "/recipes/welcome/plan"):
        actions = re.findall(r'<form method="post" action="([^"]+)"', browser.get(path).text)
        assert set(actions) == {"/logout"}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "CONNECT", "FOO"])
def test_other_methods_do_nothing(browser, method):
    answer = browser.client.request(method, OFF)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("path", [path for path in PATHS if path not in ("/login", "/people")])
def test_what_is_done_by_a_form_is_not_done_by_a_link(browser, folder, path):
    for ask in (browser.client.get, browser.client.head):
        ask(path, follow_redirects=False)
    assert is_untouched(folder)


@pytest.mark.parametrize(
    "path",
    [
        "/recipes/..%2F..%2Fetc%2Fpasswd",
        "/recipes/%2e%2e/plan",
        "/recipes/%2Fetc%2Fpasswd",
        "/recipes/recipes%2Fwelcome%2Frecipe.yaml",
        "/recipes/welcome%00",
        "/style/..%2f..%2fsheetflow.yaml.css",
        "/style/site.css",
        "/people/../../users.yaml",
        "/runs/%27%20OR%201=1",
        "/runs/a%00b",
        "/runs?recipe=a%00b",
        "/waiting?from=%00",
    ],
)
def test_paths_lead_nowhere_but_to_pages(browser, path):
    answer = browser.client.get(path, follow_redirects=False)
    assert answer.status_code in (404, 421)
    assert "root:" not in answer.text
    assert "organization" not in answer.text


def test_a_path_of_a_recipe_outside_of_the_workspace_is_no_recipe(browser, tmp_path):
    (tmp_path / "other.yaml").write_text("recipe: Secret\n", "utf-8")
    for name in (str(tmp_path / "other.yaml"), "../other.yaml"):
        assert browser.get("/recipes/" + name.replace("/", "%2F")).status_code == 404


@pytest.mark.parametrize("size", [LARGEST_BODY + 1, 5_000_000])
def test_too_much_is_not_read(browser, folder, size):
    body = b"csrf=" + b"x" * size
    kind = {"content-type": "application/x-www-form-urlencoded", "origin": HERE}
    assert browser.client.post(OFF, content=body, headers=kind).status_code == 413

    def in_parts():
        for start in range(0, len(body), 10_000):
            yield body[start : start + 10_000]

    assert browser.client.post(OFF, content=in_parts(), headers=kind).status_code == 413
    assert is_untouched(folder)


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b'{"csrf": "x"}', "application/json", 415),
        (b"csrf=x", "text/plain", 415),
        (b"--x\r\n\r\n", "multipart/form-data; boundary=x", 415),
        (b"csrf=%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"why=a%00b", "application/x-www-form-urlencoded", 400),
        (b"a%00b=why", "application/x-www-form-urlencoded", 400),
        (b"\xff=1", "application/x-www-form-urlencoded", 400),
        (b"&".join(b"a%d=1" % n for n in range(200)), "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_is_no_form_of_ours_is_refused(browser, folder, body, kind, status):
    headers = {"content-type": kind, "origin": HERE}
    assert browser.client.post(OFF, content=body, headers=headers).status_code == status
    assert is_untouched(folder)


def test_a_very_long_address_is_refused(browser):
    assert browser.get("/runs/" + "x" * 5_000).status_code == 414


@pytest.mark.parametrize(
    "path",
    ["/", "/nothing", "/login", "/runs", "/icon.svg", "/recipes/welcome/plan/whole", "/style/%0a"],
)
def test_every_answer_tells_the_browser_what_it_may_do(browser, path):
    headers = browser.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "script" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] in ("same-origin", "no-referrer")
    assert headers["x-frame-options"] == "DENY"
    kept = "public" if path == "/icon.svg" else "no-store"
    assert headers["cache-control"].startswith(kept)


def test_the_cookie_is_for_this_site_alone(browser):
    cookie = browser.client.get("/").headers["set-cookie"]
    assert re.fullmatch(r"sheetflow=[\w-]{43}; HttpOnly; Max-Age=\d+; Path=/; SameSite=lax", cookie)


def test_the_cookie_travels_by_tls_alone_where_there_is_tls(users, opened):
    access = Access("0.0.0.0", frozenset({"flow.example.org"}))
    browser = opened(access=access, url="https://flow.example.org", peer="203.0.113.5")
    cookie = browser.client.get("/login").headers["set-cookie"]
    assert cookie.startswith("__Host-sheetflow=")
    assert "; Secure" in cookie
    proxied = opened(access=access, url="http://flow.example.org")
    cookie = proxied.client.get("/login", headers={"x-forwarded-proto": "https"}).headers
    assert cookie["set-cookie"].startswith("__Host-sheetflow=")


def test_a_session_that_somebody_planted_is_never_logged_in(users, opened):
    attacker, victim = opened(), opened()
    attacker.get("/login")
    planted = attacker.client.cookies["sheetflow"]
    victim.client.cookies.set("sheetflow", planted, domain="localhost.local", path="/")
    said = victim.post("/login", page="/login", name="ada", password=PASSWORD)
    assert "You are logged in as ada." in words(said.text)
    assert attacker.get("/", follow_redirects=False).headers["location"] == "/login"
    assert victim.client.cookies["sheetflow"] != planted


def test_a_name_for_a_session_that_nobody_gave_is_not_taken_over(users, opened):
    browser = opened()
    browser.client.cookies.set("sheetflow", "x" * 43)
    answer = browser.client.get("/login")
    assert "x" * 43 not in answer.headers["set-cookie"]


def test_no_address_and_no_name_is_logged(ran, browser, caplog, folder):
    caplog.set_level("DEBUG")
    browser.post("/people", person="ana@example.org")
    (folder / "sheetflow.db").write_bytes(b"this is no database: ana@example.org")
    assert browser.get("/").status_code in (409, 500, 503)
    ours = [record for record in caplog.records if record.name.startswith("sheetflow")]
    assert "ana@" not in " ".join(record.getMessage() for record in ours)


def test_a_mistake_of_ours_is_said_without_its_details(browser, monkeypatch, caplog):
    def wrong(_cards, _workspace):
        raise ValueError("ana@example.org")

    monkeypatch.setattr("sheetflow.web.site.Site.cards", wrong)
    answer = browser.get("/")
    assert answer.status_code == 500
    assert "Sorry, Sheetflow made a mistake on this page." in words(answer.text)
    assert "ana@" not in answer.text + caplog.text
    assert "ValueError" in caplog.text


@pytest.mark.parametrize(
    ("address", "counted_by"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("x' OR 1", "unknown"),
    ],
)
def test_an_ipv6_network_counts_as_one(address, counted_by):
    assert neighbourhood(address) == counted_by


def test_a_token_is_in_every_form(ran, browser):
    for path in ("/", "/people", "/recipes/welcome", "/recipes/welcome/on"):
        page = browser.get(path).text
        forms = re.findall(r'<form method="post".*?</form>', page, flags=re.DOTALL)
        assert all(token(form) for form in forms)
        assert "<form" not in re.sub(r'<form method="post"', "", page)
