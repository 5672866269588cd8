"""azure-core raises one error for all statuses; its retry policy reads the wait."""

from azure.core import PipelineClient
from azure.core.exceptions import HttpResponseError
from azure.core.pipeline.policies import RetryPolicy
from azure.core.rest import HttpRequest
from referee import judge, url

client = PipelineClient(url, retry_policy=RetryPolicy(retry_total=0))


def call():
    response = client.send_request(HttpRequest("GET", f"{url}/subscriptions/0/resourcegroups"))
    response.raise_for_status()
    return response.json()


def knows(error):
    assert error.status_code == 429 and error.error.code == "SubscriptionRequestsThrottled", error

    class Answer:
        http_response = error.response

    return RetryPolicy().get_retry_after(Answer) >= 1


judge(call, lambda groups: groups["value"][0]["name"] == "retrograde", HttpResponseError, told=knows)
