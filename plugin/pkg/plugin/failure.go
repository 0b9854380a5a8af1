package plugin

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

const makeToken = "make one with `secret-insights token create --name grafana --capabilities " +
	"insights,usage,audit,reports,reports:manage,speaks-for-grafana`"

// failure is one sentence that says what is wrong and what to do, with an HTTP status.
type failure struct {
	status   int
	sentence string
}

func (f *failure) Error() string { return f.sentence }

func (f *failure) response() backend.DataResponse {
	return backend.DataResponse{
		Error:       f,
		Status:      backend.Status(f.status),
		ErrorSource: backend.ErrorSourceDownstream,
	}
}

func asFailure(err error) *failure {
	var known *failure
	if errors.As(err, &known) {
		return known
	}
	return &failure{status: http.StatusInternalServerError, sentence: err.Error()}
}

func badURL(url string) *failure {
	if url == "" {
		return &failure{
			status: http.StatusBadRequest,
			sentence: "No URL is set: enter the address of the Secret Insights server in the data " +
				"source's settings, for example http://localhost:8085.",
		}
	}
	return &failure{
		status: http.StatusBadRequest,
		sentence: fmt.Sprintf(
			"The URL %q is not an http or https address, for example http://localhost:8085.", url),
	}
}

// unreachable sorts the ways in which no answer arrives by what a person can do about them.
func (s *server) unreachable(err error) *failure {
	var (
		name        *net.DNSError
		certificate *tls.CertificateVerificationError
		authority   x509.UnknownAuthorityError
		plainText   tls.RecordHeaderError
		alert       tls.AlertError
		timeout     net.Error
		operation   *net.OpError
	)
	switch {
	case errors.Is(err, context.Canceled):
		return &failure{status: 499, sentence: "The request was cancelled."}
	case errors.As(err, &name):
		return unavailable("The host name %s cannot be found: check the URL %s.", name.Name, s.url)
	case errors.As(err, &certificate), errors.As(err, &authority):
		return unavailable("The certificate of %s is not trusted (%v): enter its CA certificate under "+
			"TLS settings, or correct the host name.", s.url, rootCause(err))
	case errors.As(err, &plainText), errors.Is(err, http.ErrSchemeMismatch):
		return unavailable("The server at %s does not speak TLS: use http:// or put TLS in front of it.",
			s.url)
	case errors.As(err, &alert):
		return unavailable("The server at %s refused the TLS connection (%v): check the client "+
			"certificate under TLS settings.", s.url, rootCause(err))
	// A deadline that ends a call half-way is not always reported as a timeout by what wraps it.
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return &failure{
			status: http.StatusGatewayTimeout,
			sentence: fmt.Sprintf("The server at %s did not answer within %s: ask for a shorter range or "+
				"raise the timeout in the data source's settings.", s.url, s.timeout),
		}
	case errors.As(err, &operation) && operation.Op == "dial":
		return unavailable("No connection to %s (%v): is the Secret Insights server running there, and "+
			"can Grafana's host reach it? In a container, localhost is the container itself.",
			s.url, rootCause(err))
	default:
		return unavailable("The connection to %s failed: %v.", s.url, rootCause(err))
	}
}

func unavailable(format string, arguments ...any) *failure {
	return &failure{
		status:   http.StatusBadGateway,
		sentence: fmt.Sprintf(format, arguments...),
	}
}

// rootCause leaves out the layers that repeat the whole URL with its query.
func rootCause(err error) error {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			return err
		}
		err = inner
	}
}
