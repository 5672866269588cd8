import anthropic
from referee import judge, url

client = anthropic.Anthropic(base_url=url, api_key="one", max_retries=0)
message = [{"role": "user", "content": "Hello"}]
judge(
    lambda: client.messages.create(model="claude-sonnet-4-5", messages=message, max_tokens=10),
    lambda reply: reply.content[0].text == "Hello from a fake upstream." and reply.stop_reason == "end_turn",
    anthropic.RateLimitError,
    told=lambda error: error.body["error"]["type"] == "rate_limit_error" and error.request_id.startswith("req_"),
)
