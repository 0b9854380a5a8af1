package plugin

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

const identityHeaderPrefix = "X-Secret-Insights-"

// identity is who asks, as Grafana's server says it. No user means an alert rule or a public
// dashboard; the server gives those a viewer's rights.
type identity struct {
	user *backend.User
	org  int64
	// alert says that a rule is waiting, which the server answers before dashboards and reports.
	alert bool
}

type identityKey struct{}

func identityOf(context backend.PluginContext) identity {
	return identity{user: context.User, org: context.OrgID}
}

// headers escapes names as in a URL path, because a header cannot carry every letter a name has.
func (i identity) headers() map[string]string {
	headers := map[string]string{"Org": strconv.FormatInt(i.org, 10)}
	if i.alert {
		headers["Surface"] = "alert"
	}
	if i.user == nil {
		return headers
	}
	for name, value := range map[string]string{
		"User": i.user.Login, "Email": i.user.Email, "Role": i.user.Role,
	} {
		if value != "" {
			headers[name] = url.PathEscape(value)
		}
	}
	return headers
}

// ownIdentityOnly is the innermost step before the wire. Whatever the steps before it added (headers
// of the browser, custom headers of the settings), only this token and this identity leave.
func ownIdentityOnly(token string) httpclient.Middleware {
	return httpclient.NamedMiddlewareFunc(
		"own-identity-only",
		func(_ httpclient.Options, next http.RoundTripper) http.RoundTripper {
			return httpclient.RoundTripperFunc(func(request *http.Request) (*http.Response, error) {
				for name := range request.Header {
					if strings.HasPrefix(http.CanonicalHeaderKey(name), identityHeaderPrefix) {
						delete(request.Header, name)
					}
				}
				for _, name := range []string{
					backend.CookiesHeaderName,
					backend.OAuthIdentityIDTokenHeaderName,
					backend.GrafanaUserSignInTokenHeaderName,
				} {
					request.Header.Del(name)
				}
				request.Header.Set("Authorization", "Bearer "+token)
				if who, known := request.Context().Value(identityKey{}).(identity); known {
					for name, value := range who.headers() {
						request.Header.Set(identityHeaderPrefix+name, value)
					}
				}
				return next.RoundTrip(request)
			})
		},
	)
}
