package plugin

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/httpclient"
)

// Longer than the server gives a query (30 s unless set otherwise), so that its own sentence about a
// question that takes too long arrives first.
const defaultTimeout = 40 * time.Second

// Room for an answer is made at once up to this; a longer one grows as it comes.
const mostAtOnce = 16 << 20

// server is the Secret Insights server as this data source reaches it.
type server struct {
	url     string
	token   string
	timeout time.Duration
	http    *http.Client
}

// call is one request to the server. `path` is already escaped.
type call struct {
	method   string
	path     string
	query    string
	accept   string
	body     []byte
	identity identity
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func newServer(ctx context.Context, settings backend.DataSourceInstanceSettings) (*server, error) {
	options, err := settings.HTTPClientOptions(ctx)
	if err != nil {
		return nil, fmt.Errorf("the data source's HTTP settings cannot be read: %w", err)
	}
	if options.Timeouts == nil {
		options.Timeouts = &httpclient.TimeoutOptions{}
	}
	if options.Timeouts.Timeout <= 0 || !setsTimeout(settings.JSONData) {
		options.Timeouts.Timeout = defaultTimeout
	}
	token := strings.TrimSpace(settings.DecryptedSecureJSONData["token"])
	options.Middlewares = append(httpclient.DefaultMiddlewares(), ownIdentityOnly(token))
	client, err := httpclient.New(options)
	if err != nil {
		return nil, fmt.Errorf("the data source's TLS settings cannot be used: %w", err)
	}
	// The token is set on every hop, so a redirect would carry it to whoever is named there.
	client.CheckRedirect = func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}
	return &server{
		url:     strings.TrimRight(strings.TrimSpace(settings.URL), "/"),
		token:   token,
		timeout: options.Timeouts.Timeout,
		http:    client,
	}, nil
}

// setsTimeout tells a timeout that someone chose from the SDK's own, which it fills in where none is set.
func setsTimeout(jsonData []byte) bool {
	var chosen struct {
		Timeout any `json:"timeout"`
	}
	return json.Unmarshal(jsonData, &chosen) == nil && chosen.Timeout != nil
}

// do sends one call and reads the whole answer. Its errors are *failure: sentences for a person.
func (s *server) do(ctx context.Context, c call) (*answer, error) {
	if err := s.checkSettings(); err != nil {
		return nil, err
	}
	target := s.url + c.path
	if c.query != "" {
		target += "?" + c.query
	}
	ctx = context.WithValue(ctx, identityKey{}, c.identity)
	request, err := http.NewRequestWithContext(ctx, c.method, target, bytes.NewReader(c.body))
	if err != nil {
		return nil, badURL(s.url)
	}
	request.Header.Set("Accept", c.accept)
	if len(c.body) > 0 {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := s.http.Do(request)
	if err != nil {
		return nil, s.unreachable(err)
	}
	defer func() { _ = response.Body.Close() }()
	var body bytes.Buffer
	if length := response.ContentLength; length > 0 && length <= mostAtOnce {
		// With room to see the end, so that the text is never copied while it grows.
		body.Grow(int(length) + bytes.MinRead)
	}
	if _, err := body.ReadFrom(response.Body); err != nil {
		return nil, s.unreachable(err)
	}
	return &answer{status: response.StatusCode, header: response.Header, body: body.Bytes()}, nil
}

func (s *server) checkSettings() error {
	parsed, err := url.Parse(s.url)
	if err != nil || parsed.Host == "" || (parsed.Scheme != "http" && parsed.Scheme != "https") {
		return badURL(s.url)
	}
	if s.token == "" {
		return &failure{
			status:   http.StatusUnauthorized,
			sentence: "No token is set: " + makeToken + ", and enter it in the data source's settings.",
		}
	}
	return nil
}

// problem is the part of an RFC 9457 document that a person reads.
type problem struct {
	Detail string `json:"detail"`
	Title  string `json:"title"`
}

// refusal turns an answer other than 200 into the server's own sentence.
func (s *server) refusal(a *answer) *failure {
	var p problem
	sentence := ""
	if json.Unmarshal(a.body, &p) == nil {
		sentence = p.Detail
		if sentence == "" {
			sentence = p.Title
		}
	}
	if location := a.header.Get("Location"); sentence == "" && location != "" {
		sentence = fmt.Sprintf(
			"%s redirects to %s: enter the address it redirects to as the URL.", s.url, location)
	}
	if sentence == "" {
		sentence = fmt.Sprintf(
			"What answers at %s is not a Secret Insights server (status %d): check the URL.",
			s.url, a.status)
	}
	status := a.status
	if status < http.StatusBadRequest {
		status = http.StatusBadGateway
	}
	return &failure{status: status, sentence: sentence}
}
