package plugin

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

func callResource(
	t *testing.T, source *Datasource, request *backend.CallResourceRequest,
) *backend.CallResourceResponse {
	t.Helper()
	var sent *backend.CallResourceResponse
	err := source.CallResource(context.Background(), request, backend.CallResourceResponseSenderFunc(
		func(response *backend.CallResourceResponse) error {
			sent = response
			return nil
		}))
	if err != nil {
		t.Fatalf("CallResource: %v", err)
	}
	return sent
}

func detailOf(t *testing.T, response *backend.CallResourceResponse) string {
	t.Helper()
	var p problem
	if err := json.Unmarshal(response.Body, &p); err != nil {
		t.Fatalf("no problem document: %s", response.Body)
	}
	return p.Detail
}

func TestPathsAreCleanedBeforeTheyAreForwarded(t *testing.T) {
	server, requests := serverWith(t, answering(http.StatusOK, "application/json", `{}`))
	source := datasourceAt(t, server.URL)
	for _, c := range []struct {
		path   string
		status int
		sent   string
	}{
		{"insights", 200, "/api/v1/insights"},
		{"/insights/", 200, "/api/v1/insights"},
		{"insights/access-volume", 200, "/api/v1/insights/access-volume"},
		{"fields/metadata.app name/values", 200, "/api/v1/fields/metadata.app%20name/values"},
		{"events/a?b#c", 200, "/api/v1/events/a%3Fb%23c"},
		{"reports/runs/1", 200, "/api/v1/reports/runs/1"},
		{"schedules", 200, "/api/v1/schedules"},
		{"", 404, ""},
		{"ingest/infisical", 404, ""},
		{"tokens", 404, ""},
		{"Insights", 404, ""},
		{"../metrics", 404, ""},
		{"insights/../tokens", 400, ""},
		{"insights/./x", 400, ""},
		{"insights//tokens", 400, ""},
		{"insights/%2e%2e/tokens", 400, ""},
		{"insights%2f..%2ftokens", 404, ""},
		{"events/..%2ftokens", 400, ""},
		{"insights/..\\tokens", 400, ""},
		{"insights/a\r\nX: y", 400, ""},
		{"insights/\xff", 400, ""},
	} {
		t.Run(c.path, func(t *testing.T) {
			*requests = nil
			response := callResource(t, source, &backend.CallResourceRequest{
				PluginContext: editor, Path: c.path, URL: c.path, Method: http.MethodGet,
			})
			expect(t, "status", response.Status, c.status)
			if c.sent == "" {
				expect(t, "calls", len(*requests), 0)
				if detailOf(t, response) == "" {
					t.Error("a refusal must say why")
				}
				return
			}
			expect(t, "address", strings.SplitN((*requests)[0].uri, "?", 2)[0], c.sent)
		})
	}
}

func TestQueryStringsBodiesAndMethodsAreForwarded(t *testing.T) {
	server, requests := serverWith(t, answering(http.StatusAccepted, "application/json", `{"run":"1"}`))
	source := datasourceAt(t, server.URL)
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		*requests = nil
		response := callResource(t, source, &backend.CallResourceRequest{
			PluginContext: editor,
			Path:          "reports",
			URL:           "reports?project=a%2Cb&project=c&environment.not-in=%C3%A9",
			Method:        method,
			Headers:       map[string][]string{"Content-Type": {"application/json; charset=utf-8"}},
			Body:          []byte(`{"reports":["stale-secrets"]}`),
		})
		expect(t, "status", response.Status, http.StatusAccepted)
		got := (*requests)[0]
		expect(t, "method", got.method, method)
		expect(t, "address", got.uri, "/api/v1/reports?environment.not-in=%C3%A9&project=a%2Cb&project=c")
		expect(t, "body", string(got.body), `{"reports":["stale-secrets"]}`)
		expect(t, "content type", got.header.Get("Content-Type"), "application/json")
	}
}

func TestWhatIsNotAllowedNeverReachesTheServer(t *testing.T) {
	server, requests := serverWith(t, answering(http.StatusOK, "application/json", `{}`))
	source := datasourceAt(t, server.URL)
	for name, c := range map[string]struct {
		request backend.CallResourceRequest
		status  int
	}{
		"method": {backend.CallResourceRequest{Path: "insights", Method: "OPTIONS"}, 405},
		"form": {backend.CallResourceRequest{
			Path: "reports", Method: "POST", Body: []byte("a=b"),
			Headers: map[string][]string{"Content-Type": {"application/x-www-form-urlencoded"}},
		}, 415},
		"body without a type": {backend.CallResourceRequest{
			Path: "reports", Method: "POST", Body: []byte("{}"),
		}, 415},
		"query string": {backend.CallResourceRequest{
			Path: "insights", URL: "insights?a=%zz", Method: "GET",
		}, 400},
	} {
		t.Run(name, func(t *testing.T) {
			c.request.PluginContext = editor
			response := callResource(t, source, &c.request)
			expect(t, "status", response.Status, c.status)
			expect(t, "calls", len(*requests), 0)
		})
	}
}

func TestStatusAndBodyPassAndOnlySafeHeaders(t *testing.T) {
	server, _ := serverWith(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Set-Cookie", "a=b")
		w.Header().Set("Location", "/elsewhere")
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Content-Disposition", `attachment; filename="stale-secrets.csv"`)
		answering(http.StatusUnprocessableEntity, "text/csv", "a,b\r\n")(w, r)
	})
	response := callResource(t, datasourceAt(t, server.URL), &backend.CallResourceRequest{
		PluginContext: editor, Path: "insights/stale-secrets", Method: http.MethodGet,
		Headers: map[string][]string{"Accept": {"text/csv"}},
	})
	expect(t, "status", response.Status, http.StatusUnprocessableEntity)
	expect(t, "body", string(response.Body), "a,b\r\n")
	header := http.Header(response.Headers)
	expect(t, "type", header.Get("Content-Type"), "text/csv")
	expect(t, "file", header.Get("Content-Disposition"), `attachment; filename="stale-secrets.csv"`)
	expect(t, "sniffing", header.Get("X-Content-Type-Options"), "nosniff")
	expect(t, "number of headers", len(header), 3)
}

func TestAPageIsNotPassedOn(t *testing.T) {
	server, _ := serverWith(t, answering(http.StatusOK, "text/html; charset=utf-8", `<script>1</script>`))
	response := callResource(t, datasourceAt(t, server.URL), &backend.CallResourceRequest{
		PluginContext: editor, Path: "insights", Method: http.MethodGet,
	})
	expect(t, "status", response.Status, http.StatusBadGateway)
	if !strings.Contains(detailOf(t, response), "is not a Secret Insights server") {
		t.Errorf("got %s", response.Body)
	}
}

func TestARefusalSaysItsSentenceWhereGrafanaShowsIt(t *testing.T) {
	server, _ := serverWith(t, answering(http.StatusForbidden, "application/problem+json; charset=utf-8",
		`{"title":"Forbidden","status":403,"detail":"This needs the right 'reports'.","field":"reports"}`))
	response := callResource(t, datasourceAt(t, server.URL), &backend.CallResourceRequest{
		PluginContext: editor, Path: "reports", URL: "reports", Method: http.MethodPost,
	})
	expect(t, "status", response.Status, http.StatusForbidden)
	expect(t, "detail", detailOf(t, response), "This needs the right 'reports'.")
	var shown struct {
		Message string `json:"message"`
		Field   string `json:"field"`
	}
	if err := json.Unmarshal(response.Body, &shown); err != nil {
		t.Fatal(err)
	}
	expect(t, "message", shown.Message, "This needs the right 'reports'.")
	expect(t, "field", shown.Field, "reports")
}
