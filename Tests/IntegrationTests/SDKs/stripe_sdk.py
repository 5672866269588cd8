import stripe
from referee import judge, url

client = stripe.StripeClient("sk_test_one", base_addresses={"api": url}, max_network_retries=0)
judge(
    lambda: client.v1.customers.create({"email": "jenny.rosen@example.com"}),
    lambda customer: customer.id.startswith("cus_"),
    stripe.RateLimitError,
    told=lambda error: error.json_body["error"]["code"] == "rate_limit" and "endpoint-rate" in error.headers.values(),
)
