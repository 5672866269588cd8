import openai
from referee import judge, url

client = openai.OpenAI(base_url=f"{url}/v1", api_key="one", max_retries=0)
message = [{"role": "user", "content": "Hello"}]
judge(
    lambda: client.chat.completions.create(model="gpt-4.1-mini", messages=message, max_tokens=10),
    lambda completion: completion.choices[0].message.content == "Hello from a fake upstream.",
    openai.RateLimitError,
    told=lambda error: error.code == "rate_limit_exceeded" and int(error.response.headers["retry-after"]) > 0,
)
