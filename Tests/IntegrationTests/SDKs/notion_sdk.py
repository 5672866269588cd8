import logging

from notion_client import APIErrorCode, APIResponseError, Client
from referee import judge, url

client = Client(auth="one", base_url=url, retry=False, log_level=logging.ERROR)
judge(
    lambda: client.users.retrieve("d40e767c-d7af-4b18-a86d-55c61f1e39a4"),
    lambda user: user["name"] == "Avocado Lovelace",
    APIResponseError,
    told=lambda error: error.code == APIErrorCode.RateLimited,
)
