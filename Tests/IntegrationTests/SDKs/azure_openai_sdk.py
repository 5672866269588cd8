import openai
from referee import judge, url

client = openai.AzureOpenAI(azure_endpoint=url, api_key="one", api_version="2024-10-21", max_retries=0)
message = [{"role": "user", "content": "Hello"}]
judge(
    lambda: client.chat.completions.create(model="mine", messages=message, max_tokens=10),
    lambda completion: completion.choices[0].message.content == "Hello.",
    openai.RateLimitError,
    told=lambda error: error.code == "429" and int(error.response.headers["retry-after"]) > 0,
)
