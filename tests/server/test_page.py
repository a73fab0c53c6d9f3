"""The page comes with the names of its scripts."""

import re

from starlette.testclient import TestClient

from huewise.server.about_routes import WEB


def test_the_page_names_every_script_that_it_will_import(client: TestClient) -> None:
    response = client.get("/")
    named = set(re.findall(r"</([^>]+)>; rel=modulepreload", response.headers["link"]))
    needed, found = ["main.js"], set[str]()
    while needed:
        script = needed.pop()
        found.add(script)
        imports = re.findall(
            r'^(?:import|} from)\b[^"\n]*"(\.[^"]+)"', (WEB / script).read_text(), re.MULTILINE
        )
        paths = [(WEB / script).parent.joinpath(one).resolve().relative_to(WEB.resolve()) for one in imports]
        needed += [path.as_posix() for path in paths if path.as_posix() not in found]
    assert named == found
    assert "link" not in client.get("/main.js").headers
