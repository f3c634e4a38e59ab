/* count-laws.c - reads a model, lists its laws, and verifies one more expression.
 *
 * cc count-laws.c $(pkg-config --cflags --libs lieorbit) && ./a.out
 */
#include <lieorbit/lieorbit.h>

#include <stdio.h>
#include <string.h>

static const char model_text[] = "param U[2,2], V[2,2]; input x[2]; output U*V'*x";
static const char question[] = "trace(U'*U - V'*V)";

int main(void)
{
    lo_ctx_t ctx;
    lo_model_ptr model = NULL;
    lo_family_ptr family = NULL;
    lo_analysis_t analysis;
    lo_verdict_t verdict;

    if (lo_ctx_init(ctx) != LO_OK)
        return 1;
    lo_analysis_init(analysis);
    lo_verdict_init(verdict);

    lo_status_t status = lo_model_read(&model, model_text, strlen(model_text), "example", ctx);
    if (status == LO_OK)
        status = lo_family_build(&family, model, LO_RELU_PATHS, ctx);
    if (status == LO_OK)
        status = lo_analyse(analysis, family, NULL, NULL, ctx);
    if (status == LO_OK)
        status = lo_verify(verdict, family, question, strlen(question), ctx);

    if (status == LO_OK) {
        printf("%ld parameters, orbits of dimension %ld to %ld\n", analysis->dimension,
               analysis->growth->lower, analysis->growth->upper);
        for (long i = 0; i < analysis->nlaws; i++)
            printf("%s = %s\n", analysis->laws[i].name, analysis->laws[i].expression);
        printf("complete: %s\n", lo_truth_name(analysis->complete));
        printf("%s conserved: %s\n", question, lo_truth_name(verdict->conserved));
    } else {
        fprintf(stderr, "%s\n", lo_ctx_message(ctx));
    }

    lo_verdict_clear(verdict);
    lo_analysis_clear(analysis);
    lo_family_free(family);
    lo_model_free(model);
    lo_ctx_clear(ctx);
    return status == LO_OK ? 0 : 1;
}
