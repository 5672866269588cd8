from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from referee import judge, url

client = WebClient(token="xoxb-one", base_url=f"{url}/api/")
judge(
    lambda: client.chat_postMessage(channel="C123ABC456", text="Hello"),
    lambda response: response["ok"] and response["channel"] == "C123ABC456",
    SlackApiError,
    told=lambda error: error.response["error"] == "ratelimited" and int(error.response.headers["Retry-After"]) >= 1,
)
