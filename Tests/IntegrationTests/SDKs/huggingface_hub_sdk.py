from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils._http import parse_ratelimit_headers
from referee import judge, url

client = HfApi(endpoint=url, token=False)


def knows(error):
    limit = parse_ratelimit_headers(error.response.headers)
    return error.response.status_code == 429 and limit.resource_type == "api" and limit.remaining == 0


judge(
    lambda: client.model_info("openai-community/gpt2"),
    lambda model: model.id == "openai-community/gpt2" and model.siblings[0].rfilename == "config.json",
    HfHubHTTPError,
    told=knows,
)
