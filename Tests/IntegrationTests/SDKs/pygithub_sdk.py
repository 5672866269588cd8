import github
from referee import judge, url

client = github.Github(auth=github.Auth.Token("one"), base_url=url, retry=None, seconds_between_requests=0)
judge(
    lambda: client.get_user("octocat").name,
    lambda name: name == "Octo Cat",
    github.RateLimitExceededException,
    told=lambda error: error.status == 403 and "rate limit" in error.data["message"],
)
