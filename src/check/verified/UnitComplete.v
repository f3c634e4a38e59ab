(* UnitComplete.v - unit laws as programs: completeness, for the network that a text denotes.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later *)
From Coq Require Import ZArith QArith Qreals List Bool String Reals Lra Lia.
From LawCert Require Import Poly Model Checker Language Elaborate Layers Statements Compile Units Flow
  Complete
  Point UnitFlow
  UnitLaws.
Import ListNotations.
Open Scope list_scope.
Open Scope R_scope.

(* the program of a unit law computes the sum *)
Theorem unit_law_value n unit e env : law_real env (unit_law n unit e) = unit_sum n unit e env.
Proof.
  unfold law_real, law_value, unit_law, unit_sum, Checker.law_value.
  set (l := filter _ _).
  transitivity (fold_right (fun t s => Q2R (snd t) * (env (fst t) * env (fst t)) + s) 0 l).
  - cbn [run step app nth last entry]. clearbody l. unfold entry. cbn [nth].
    induction l as [|[a q] l IH]; [reflexivity|]. cbn [map zip List.concat app total fold_right fst snd] in *.
    rewrite <- IH. replace (Q2R q) with (@rational Reals (Qnum q) (Qden q)); [reflexivity|].
    unfold rational, Q2R. rewrite <- !phi_IZR. reflexivity.
  - unfold l. clear l. unfold coef. induction (vars n) as [|a v IH]; [reflexivity|]. cbn [map filter].
    destruct (Qeq_bool (coefficient (unit a) e) 0) eqn:Z; cbn [snd]; rewrite Z; cbn [negb].
    + rewrite IH. cbn [total_of fold_right]. apply Qeq_bool_eq, Qeq_eqR in Z. rewrite Z, Q2R_0.
      unfold total_of. ring.
    + cbn [fold_right fst snd total_of]. rewrite IH. reflexivity.
Qed.
(* THEOREM. Near the point of the certificate every conserved function has its gradient in the span of the
   gradients
   of the unit laws: see `near` and `complete_near` in Complete.v. *)
Theorem text_units_complete text u c : check_text_units_complete text u c = true -> exists t unit,
  units_of_text text u = Some (t, unit) /\
  let n := p_dim (t_problem t) in
  (forall e env, law_real env (unit_law n unit e) = text_unit_sum text u e env) /\
  forall A : near (t_problem t) (with_laws (unit_laws n unit (u_count u)) c), complete_near A.
Proof.
  unfold check_text_units_complete, text_unit_sum. destruct (units_of_text text u) as [[t unit]|];
    [|discriminate].
  intros H. apply andb_prop in H as [_ H]. exists t, unit. split; [reflexivity|]. split.
  - intros e env. apply unit_law_value.
  - intros A. exact (@near_complete _ _ A H).
Qed.
