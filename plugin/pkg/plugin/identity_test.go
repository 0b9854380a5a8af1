package plugin

import (
	"context"
	"net/http"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

const emptyAnswer = `{"results":{"A":{"frames":[]}}}`

func TestOnlyGrafanasWordOnTheUserReachesTheServer(t *testing.T) {
	server, requests := serverWith(t, answering(http.StatusOK, "application/json", emptyAnswer))
	// An administrator's custom headers pass (a proxy may need one), but not those that name a user.
	source := datasourceAt(t, server.URL,
		withJSON(`{"httpHeaderName1":"x-secret-insights-role","httpHeaderName2":"X-Proxy-Key",
			"basicAuth":true,"basicAuthUser":"somebody"}`),
		withSecret("httpHeaderValue1", "Admin"),
		withSecret("httpHeaderValue2", "key"),
		withSecret("basicAuthPassword", "password"))

	request := &backend.CallResourceRequest{
		PluginContext: editor,
		Path:          "insights",
		URL:           "insights",
		Method:        http.MethodGet,
		Headers: map[string][]string{
			"Cookie":                    {"grafana_session=stolen"},
			"authorization":             {"Bearer browser"},
			"X-Secret-Insights-User":    {"root"},
			"x-secret-insights-role":    {"Admin"},
			"X-Secret-Insights-Project": {"any"},
			"X-Grafana-Id":              {"jwt"},
			"X-Id-Token":                {"jwt"},
			"Referer":                   {"http://grafana/d/x"},
		},
	}
	callResource(t, source, request)
	ask(t, source, &backend.QueryDataRequest{
		PluginContext: editor,
		Queries:       queriesOf("A"),
		Headers: map[string]string{
			"Cookie": "grafana_session=stolen", "Authorization": "Bearer browser",
			"http_X-Secret-Insights-Role": "Admin",
		},
	})

	expect(t, "calls", len(*requests), 2)
	for _, got := range *requests {
		expect(t, "authorization", got.header.Get("Authorization"), "Bearer the-token")
		expect(t, "user", got.header.Get("X-Secret-Insights-User"), "zo%C3%AB")
		expect(t, "email", got.header.Get("X-Secret-Insights-Email"), "zoe@example.com")
		expect(t, "one role", len(got.header.Values("X-Secret-Insights-Role")), 1)
		expect(t, "role", got.header.Get("X-Secret-Insights-Role"), "Editor")
		expect(t, "org", got.header.Get("X-Secret-Insights-Org"), "7")
		expect(t, "proxy key", got.header.Get("X-Proxy-Key"), "key")
		for _, name := range []string{
			"Cookie", "X-Secret-Insights-Project", "X-Grafana-Id", "X-Id-Token", "Referer",
		} {
			expect(t, name, got.header.Get(name), "")
		}
	}
}

func TestAnAlertOrAPublicDashboardHasNoUser(t *testing.T) {
	scheduler := editor
	scheduler.User = &backend.User{Login: "grafana_scheduler", Role: "Admin"}
	nobody := editor
	nobody.User = nil
	nameless := editor
	nameless.User = &backend.User{}
	for name, request := range map[string]*backend.QueryDataRequest{
		"alert":             {PluginContext: scheduler, Headers: map[string]string{"FromAlert": "true"}},
		"no user":           {PluginContext: nobody},
		"user with no name": {PluginContext: nameless},
	} {
		t.Run(name, func(t *testing.T) {
			server, requests := serverWith(t, answering(http.StatusOK, "application/json", emptyAnswer))
			request.Queries = queriesOf("A")
			ask(t, datasourceAt(t, server.URL), request)
			for _, header := range []string{"User", "Email", "Role"} {
				_, present := (*requests)[0].header["X-Secret-Insights-"+header]
				expect(t, header, present, false)
			}
			expect(t, "org", (*requests)[0].header.Get("X-Secret-Insights-Org"), "7")
			surface := ""
			if request.Headers["FromAlert"] != "" {
				surface = "alert"
			}
			expect(t, "surface", (*requests)[0].header.Get("X-Secret-Insights-Surface"), surface)
		})
	}
}

func TestATokenIsNotCarriedToWhereverARedirectPoints(t *testing.T) {
	thief, stolen := serverWith(t, answering(http.StatusOK, "application/json", emptyAnswer))
	server, _ := serverWith(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	})
	source := datasourceAt(t, server.URL)
	ask(t, source, &backend.QueryDataRequest{PluginContext: editor, Queries: queriesOf("A")})
	if _, err := source.CheckHealth(context.Background(),
		&backend.CheckHealthRequest{PluginContext: editor}); err != nil {
		t.Fatal(err)
	}
	expect(t, "requests to the other host", len(*stolen), 0)
}
