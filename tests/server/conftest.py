"""A small picture, the fake engine, and a client that speaks as the page does."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from huewise.server import Settings, create_app
from tests.server.fake_engine import FakeColorizer


def picture_bytes(width: int = 48, height: int = 32, format: str = "PNG") -> bytes:
    """A gray ramp."""
    gray_hw = np.linspace(0, 255, width * height).reshape(height, width).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(gray_hw).save(out, format)
    return out.getvalue()


@pytest.fixture
def colorizer() -> FakeColorizer:
    return FakeColorizer()


def client_for(colorizer: FakeColorizer, settings: Settings | None = None) -> TestClient:
    app = create_app(lambda _name: colorizer, settings=settings)
    return TestClient(app, base_url="http://127.0.0.1:8642", raise_server_exceptions=False)


@pytest.fixture
def client(colorizer: FakeColorizer) -> Iterator[TestClient]:
    with client_for(colorizer) as client:
        yield client


@pytest.fixture
def picture_id(client: TestClient) -> str:
    opened: str = client.post("/api/pictures", content=picture_bytes()).json()["id"]
    return opened
